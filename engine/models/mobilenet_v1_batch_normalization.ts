/**
 * Batch normalisation into folded weights and out of them again.
 *
 * Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference"
 * (CVPR 2018), section 3.2, equation 14, for folding; insertion is its inverse for statistics that are measured.
 */
import type { Backend, HostParameters } from '../backend.ts';
import { InputError } from '../errors.ts';
import { batchMoments } from '../graph/batch-normalization.ts';
import { parameter } from '../graph/leaf.ts';
import { named, type Value } from '../graph/value.ts';
import { biasAndRelu6, type MobilenetV1Options, mobilenetV1Layers } from './mobilenet_v1.ts';
import { batchNormalizationEpsilon, normalizeAndRelu6 } from './mobilenet_v1_training.ts';

/** The network whose weights they are, and which of its layers. */
export interface InsertOptions extends Omit<MobilenetV1Options, 'classes' | 'outputs' | 'image'> {
  /** Layers, counted from the input, that stay folded. Default 0. */
  readonly frozenLayers?: number;
}

/** Batches of photos as the network takes them, each `[B, H, W, 3]`, RGB in [−1, 1]. */
export type PhotoBatches = Iterable<Float32Array> | AsyncIterable<Float32Array>;

/**
 * Batch normalisation where there is a bias, so that the network with moving averages stays the function that it is:
 * mean μ and variance σ² of each convolution are measured over the given photos; scale is √(σ² + ε), shift is bias + μ,
 * and the moving averages are μ and σ².
 *
 * @param parameters folded weights by name, float32; layers that have batch normalisation already, and parameters that are
 * not MobileNet's, come back as they are
 * @param batches equally many photos each; some dozens in all are enough for a start
 * @returns parameters for `mobilenetV1Training` with the same options
 * @throws InputError without photos; what `compile` and `run` throw
 */
export async function insertBatchNormalization(
  backend: Backend,
  parameters: HostParameters,
  batches: PhotoBatches,
  options: InsertOptions = {},
): Promise<Record<string, Float32Array>> {
  const { frozenLayers = 0 } = options;
  const inserted = new Map<string, Value>();
  let layer = 0;
  mobilenetV1Layers(options, (name, convolved) => {
    layer++;
    if (!parameters[`${name}/bias`]) {
      const moments = parameter(`${name}/moving_moments`, [2, convolved.shape[3]!]);
      return normalizeAndRelu6(name, convolved, moments);
    }
    if (layer > frozenLayers) inserted.set(name, named(`${name}/moments`, batchMoments(convolved)));
    return biasAndRelu6(name, convolved);
  });
  const changed = { ...parameters } as Record<string, Float32Array>;
  if (inserted.size === 0) return changed;

  const measured: Record<string, Float32Array>[] = [];
  const program = await backend.compile({ outputs: Object.fromEntries(inserted) }, parameters);
  try {
    for await (const image of batches) measured.push(await program.run({ image }));
  } finally {
    program.dispose();
  }
  if (measured.length === 0) {
    throw new InputError(
      'Batch normalisation is inserted by measuring photos, but there are none; give a batch.',
    );
  }
  for (const name of inserted.keys()) {
    const { mean, variance } = momentsOfAll(measured.map((moments) => moments[name]!));
    const bias = changed[`${name}/bias`]!;
    delete changed[`${name}/bias`];
    changed[`${name}/scale`] = variance.map((one) => Math.sqrt(one + batchNormalizationEpsilon));
    changed[`${name}/shift`] = mean.map((one, channel) => one + bias[channel]!);
    changed[`${name}/moving_moments`] = Float32Array.of(...mean, ...variance);
  }
  return changed;
}

/** Mean and variance of all batches together from those of each, `[2, C]`. */
function momentsOfAll(batches: readonly Float32Array[]): { mean: Float32Array; variance: Float32Array } {
  const channels = batches[0]!.length / 2;
  const average = (at: (batch: Float32Array) => number) =>
    batches.reduce((sum, batch) => sum + at(batch), 0) / batches.length;
  const mean = new Float32Array(channels);
  const variance = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    const center = average((batch) => batch[c]!);
    mean[c] = center;
    variance[c] = average((batch) => batch[channels + c]! + (batch[c]! - center) ** 2);
  }
  return { mean, variance };
}

/**
 * Batch normalisation by moving averages becomes part of kernels and biases again, for inference: with
 * `f = scale / √(variance + ε)` of a channel, its kernel is multiplied by f, and its bias is `shift − f · mean`.
 *
 * @param parameters of `mobilenetV1Training`, and others, which come back as they are
 * @returns parameters for `mobilenetV1`
 * @throws InputError where a part of a layer is missing
 */
export function foldBatchNormalization(parameters: HostParameters): Record<string, Float32Array> {
  const folded = { ...parameters } as Record<string, Float32Array>;
  const ending = '/moving_moments';
  for (const name of Object.keys(parameters)) {
    if (!name.endsWith(ending)) continue;
    const layer = name.slice(0, -ending.length);
    const part = (of: string): Float32Array => {
      const numbers = folded[`${layer}/${of}`];
      if (!numbers) throw new InputError(`The layer '${layer}' has ${name} but no ${layer}/${of}.`);
      delete folded[`${layer}/${of}`];
      return numbers;
    };
    const [moments, scale, shift, kernel] = ['moving_moments', 'scale', 'shift', 'kernel'].map(part) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const channels = scale.length;
    const factor = Float64Array.from(
      scale,
      (one, channel) => one / Math.sqrt(moments[channels + channel]! + batchNormalizationEpsilon),
    );
    // The last axis of every kernel is the output channel.
    folded[`${layer}/kernel`] = kernel.map((weight, index) => weight * factor[index % channels]!);
    folded[`${layer}/bias`] = shift.map((one, channel) => one - factor[channel]! * moments[channel]!);
  }
  return folded;
}
