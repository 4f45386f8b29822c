/** How the page sees a runtime. */
import { parseSafetensors } from '../../../engine/formats/safetensors.ts';
import type { Answer } from '../page-interface.ts';
import type { Task } from '../tasks.ts';

/** Fetches a file of the benchmark's data by name. */
export type Fetch = (name: string) => Promise<ArrayBuffer>;

/** Runs once, from the input in host memory to the answer in host memory. */
export type Call = () => Promise<Answer>;

/** A runtime with everything in host memory, and nothing on the GPU yet. Called once, it opens the GPU and builds the model. */
export type Open = () => Promise<Call>;

/**
 * Fetches what a runtime needs for a task: weights or a model, and the input in the runtime's own layout.
 *
 * @param atOnce whether opening follows at once; then a runtime that can compile without weights may leave fetching to it
 */
export type Load = (task: Task, fetch: Fetch, atOnce: boolean) => Promise<Open>;

/** A file of float32 numbers. */
export async function fetchNumbers(fetch: Fetch, name: string): Promise<Float32Array<ArrayBuffer>> {
  return new Float32Array(await fetch(name));
}

/** A weight file's tensors by name, in the file's layouts. */
export async function fetchWeights(
  fetch: Fetch,
  name: string,
): Promise<Record<string, Float32Array<ArrayBuffer>>> {
  const file = parseSafetensors(await fetch(name), name);
  return Object.fromEntries(
    [...file.tensors.keys()].map((tensor) => [
      tensor,
      file.get(tensor, { dataType: 'float32' }).data as Float32Array<ArrayBuffer>,
    ]),
  );
}
