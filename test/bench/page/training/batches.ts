/** The batches of a task that trains, in host memory, which the steps take in turn. */
import type { Task } from '../../tasks.ts';
import { type Fetch, fetchNumbers } from '../runtime.ts';

/** The numbers of one batch. */
export interface Batch {
  /** Photos or their features, in the layout that was asked for. */
  readonly examples: Float32Array<ArrayBuffer>;
  /** `[examples, targets]`, 0 or 1. */
  readonly targets: Float32Array<ArrayBuffer>;
}

/** @param layout ending of the examples' file: `ragged`, `padded`, `nhwc` or `nchw` */
export async function fetchBatches(
  { name, training }: Task,
  layout: string,
  fetch: Fetch,
): Promise<readonly Batch[]> {
  const [examples, targets] = await Promise.all(
    [layout, 'targets'].map((ending) => fetchNumbers(fetch, `${name}.${ending}`)),
  );
  const { batches } = training!;
  const part = (numbers: Float32Array<ArrayBuffer>, batch: number) => {
    const size = numbers.length / batches;
    return numbers.subarray(batch * size, (batch + 1) * size);
  };
  return Array.from({ length: batches }, (_, batch) => ({
    examples: part(examples!, batch),
    targets: part(targets!, batch),
  }));
}
