/**
 * Makes the loss curves again that TensorFlow.js gets when it trains the head and a small MobileNet:
 * `training.safetensors` with `CASE/OPTIMIZER [20]`, the loss before each update, and `mobilenet/OPTIMIZER/evaluation [1]`,
 * the loss of the first batch after the last update, normalised by the moving averages.
 *
 * What the trainings start from and see is not stored but drawn from seeds (`training-cases.ts`); the metadata have the
 * SHA-256 of it.
 */
import type { TensorToStore } from '../../engine/formats/safetensors.ts';
import { settle } from './settle.ts';
import { loadTensorFlow } from './tensorflow.ts';
import { sha256OfCase } from './training-hash.ts';
import { type OptimizerName, optimizers, steps, trainingCases } from './training-cases.ts';
import { trainInTensorFlow } from './training-tensorflow.ts';

/** @throws Error where the stored curves are others, or TensorFlow.js cannot be had */
export async function makeTrainingReferences(check: boolean): Promise<void> {
  const tf = await loadTensorFlow();
  const tensors = new Map<string, TensorToStore>();
  const store = (name: string, data: Float32Array) =>
    tensors.set(name, { dataType: 'float32', shape: [data.length], data });
  for (const training of trainingCases) {
    for (const optimizer of Object.keys(optimizers) as OptimizerName[]) {
      const name = `${training.name}/${optimizer}`;
      const { losses, evaluation } = trainInTensorFlow(tf, training, optimizer);
      store(name, losses);
      if (evaluation) store(`${name}/evaluation`, evaluation);
      console.log(`${name}: ${losses[0]} to ${losses.at(-1)}${evaluation ? `, evaluated ${evaluation[0]}` : ''}`);
    }
  }
  const hashes = Object.fromEntries(
    trainingCases.map((training) => [`${training.name}_sha256`, sha256OfCase(training)]),
  );
  const metadata = {
    runtime: `TensorFlow.js, npm @tensorflow/tfjs-core@${tf.version_core}, backend cpu`,
    made: new Date().toISOString().slice(0, 10),
    steps: String(steps),
    ...hashes,
  };
  if (!settle('training.safetensors', tensors, metadata, check, ['runtime', 'steps', ...Object.keys(hashes)])) {
    throw new Error('the stored curves differ from what this machine makes.');
  }
}
