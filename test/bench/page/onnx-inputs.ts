/** What the runtimes that read ONNX take as input: channels-first images; collections as `models/head-onnx.ts` says. */
import { featureCount, imageSize } from '../network.ts';
import type { InferenceName, Task } from '../tasks.ts';
import { type Fetch, fetchNumbers } from './runtime.ts';

export interface OnnxInput {
  readonly name: string;
  readonly shape: number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** The model's bytes and its inputs. */
export async function fetchOnnx(
  { name, workload, photos, counts }: Task,
  fetch: Fetch,
): Promise<{ readonly model: Uint8Array<ArrayBuffer>; readonly inputs: readonly OnnxInput[] }> {
  const collections = counts.length;
  const longest = Math.max(...counts);
  const image = { name: 'image', shape: [photos, 3, imageSize, imageSize], file: `image-${photos}.nchw` };
  const features = { name: 'features', shape: [collections, longest, featureCount], file: `${name}.padded` };
  const mask = (shape: number[]) => ({ name: 'mask', shape, file: `${name}.mask` });
  const wanted = {
    mobilenet: [image],
    head: [features, mask([collections, 1, longest])],
    together: [image, mask([collections, photos])],
  }[workload as InferenceName];
  const [model, ...inputs] = await Promise.all([
    fetch(`${name}.onnx`),
    ...wanted.map(async ({ file, ...input }) => ({ ...input, data: await fetchNumbers(fetch, file) })),
  ] as const);
  return { model: new Uint8Array(model), inputs };
}
