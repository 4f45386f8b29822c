/** Tells whether a training still starts from the numbers that its stored curve was made with. */
import { createHash } from 'node:crypto';
import { steps, type TrainingCase } from './training-cases.ts';

/** SHA-256 of the initial parameters and of every batch, lower-case hexadecimal. */
export function sha256OfCase(training: TrainingCase): string {
  const hash = createHash('sha256');
  const add = (numbers: Readonly<Record<string, Float32Array | Uint32Array>>) => {
    for (const [name, data] of Object.entries(numbers).sort(([a], [b]) => (a < b ? -1 : 1))) {
      hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  };
  add(training.initial().numbers);
  for (let step = 0; step < steps; step++) add(training.batch(step).inputs);
  return hash.digest('hex');
}
