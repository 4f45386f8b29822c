/** What the runtimes train from: initial weights and seeded batches. */
import { serializeSafetensors } from '../../../engine/formats/safetensors.ts';
import { imagesToChannelsFirst, membershipMask, paddedMask, padRows } from '../layout.ts';
import { featureCount, kernelSize, layers } from '../network.ts';
import { type Task, tunedCount } from '../tasks.ts';
import type { Weights } from './mobilenet-onnx.ts';
import { noise } from './noise.ts';

/** Part of the targets that are 1. */
const positives = 0.02;

function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((total, { length }) => total + length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

/**
 * A task's batches, one behind the other, by the ending of their file. `targets`: `[examples, targets]`. For the head
 * `ragged` `[N, K]` and `padded` `[C, M, K]`, and, the same for all batches, `mask` `[C, M]` and `members` `[C, N]`. For
 * MobileNet `nhwc` and `nchw`.
 */
export function trainingBatches({ photos, counts, training }: Task): Map<string, Float32Array> {
  const { batches, examples, targets, imageSize } = training!;
  const each = (make: (batch: number) => Float32Array) =>
    join(Array.from({ length: batches }, (_, batch) => make(batch)));
  const files = new Map<string, Float32Array>();
  files.set(
    'targets',
    each((batch) =>
      noise(examples * targets, 20 + batch, 0, 1).map((number) => (number < positives ? 1 : 0)),
    ),
  );
  if (counts.length > 0) {
    // As MobileNet's features are: not negative.
    const features = (batch: number) => noise(photos * featureCount, 40 + batch, 0, 2);
    files.set('ragged', each(features));
    files.set(
      'padded',
      each((batch) => padRows(features(batch), featureCount, counts)),
    );
    files.set('mask', paddedMask(counts));
    files.set('members', membershipMask(counts));
  } else {
    const images = (batch: number) => noise(photos * imageSize * imageSize * 3, 60 + batch, -1, 1);
    files.set('nhwc', each(images));
    files.set(
      'nchw',
      each((batch) => imagesToChannelsFirst(images(batch), [photos, imageSize, imageSize, 3])),
    );
  }
  return files;
}

/**
 * MobileNet as fine-tuning takes it: the published kernels, in place of each bias a batch normalisation's `scale` and
 * `shift` `[C]` near 1 and 0 (a forgotten one must be seen), and a new `classifier/kernel` `[1024, D]` and
 * `classifier/bias` `[D]`. As a safetensors file.
 */
export function normalizedMobilenet(weights: Weights): Uint8Array {
  const tensors = new Map<string, { dataType: 'float32'; shape: number[]; data: Float32Array }>();
  const put = (name: string, shape: number[], data: Float32Array) =>
    tensors.set(name, { dataType: 'float32', shape, data });
  layers.forEach((layer, index) => {
    const { name, kind, inputs, outputs } = layer;
    const size = kernelSize(layer);
    const channels = kind === 'depthwise' ? [inputs] : [inputs, outputs];
    put(`${name}/kernel`, [size, size, ...channels], weights[`${name}/kernel`]!);
    put(`${name}/scale`, [outputs], noise(outputs, 200 + index, 0.9, 1.1));
    put(`${name}/shift`, [outputs], noise(outputs, 300 + index, -0.1, 0.1));
  });
  const limit = Math.sqrt(6 / (featureCount + tunedCount));
  put('classifier/kernel', [featureCount, tunedCount], noise(featureCount * tunedCount, 400, -limit, limit));
  put('classifier/bias', [tunedCount], noise(tunedCount, 401, -0.1, 0.1));
  return serializeSafetensors(tensors);
}
