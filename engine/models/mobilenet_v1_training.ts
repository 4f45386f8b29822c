/**
 * MobileNet v1 in training: batch normalisation stands where inference has the bias that it was folded into.
 *
 * Sources: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications" (arXiv
 * 1704.04861), section 3.1: "all layers are followed by a batchnorm and ReLU nonlinearity"; Ioffe and Szegedy, "Batch
 * Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift" (ICML 2015), algorithm 1.
 *
 * A layer in training has the parameters `NAME/kernel`, `NAME/scale` and `NAME/shift` `[C]`, and the state
 * `NAME/moving_moments` `[2, C]`: averages of mean and variance, for inference. `insertBatchNormalization` makes them of
 * folded weights, `foldBatchNormalization` makes folded weights of them.
 */
import { ShapeError } from '../errors.ts';
import { batchMoments, batchNormalize } from '../graph/batch-normalization.ts';
import { relu6 } from '../graph/elementwise.ts';
import { parameter } from '../graph/leaf.ts';
import { accumulate } from '../graph/updates.ts';
import { named, type Value } from '../graph/value.ts';
import { biasAndRelu6, type MobilenetV1Options, mobilenetV1Layers } from './mobilenet_v1.ts';

/** Added to the variance, as in Keras's MobileNet, with which the paper trained. */
export const batchNormalizationEpsilon = 1e-3;

/** What a moving average keeps of itself at each step: Keras's momentum. */
const movingAverageKeep = 0.99;

/** A MobileNet that learns. */
export interface MobilenetV1TrainingOptions extends Omit<MobilenetV1Options, 'classes' | 'outputs'> {
  /**
   * Layers that stay as they are, counted from the input: `conv1` is the first, `block1/depthwise` the second,
   * `block13/pointwise` the 27th. The paper freezes 22 at first. They are folded, as for inference, and cost nothing in
   * the backward pass. Default 0.
   */
  readonly frozenLayers?: number;
  /**
   * Whose mean and variance the other layers normalise by: those of the batch at hand, which the moving averages follow,
   * or the moving averages themselves, which then stay as they are. Default `batch`; for evaluation `moving`.
   */
  readonly statistics?: 'batch' | 'moving';
}

/** Which values of the forward pass stay in memory for the backward pass; all others are computed again. */
export type Keep = (forward: Value) => boolean;

/** What a training step needs to know of a model beside its loss. */
export interface MobilenetV1Training {
  /** Every layer by name, after ReLU6, `LAYER/convolution` before batch normalisation, and `features` `[B, K]`. */
  readonly values: Readonly<Record<string, Value>>;
  /** The moving averages' updates by parameter. Empty with `statistics: 'moving'`. */
  readonly updates: Readonly<Record<string, Value>>;
  /** Whether a parameter is not learned: those of frozen layers, and the moving averages. */
  readonly frozen: (parameter: string) => boolean;
  /** What `trainingStep` may be told to keep, so that it computes the rest again and needs less memory. */
  readonly recomputation: {
    /** Batch normalisation and ReLU6 are computed again; what a convolution gives stays. */
    readonly activations: Keep;
    /** Depthwise convolutions are computed again too. */
    readonly depthwise: Keep;
  };
}

/**
 * The network up to its features.
 *
 * @throws ShapeError where the options do not fit together
 */
export function mobilenetV1Training(options: MobilenetV1TrainingOptions = {}): MobilenetV1Training {
  const { frozenLayers = 0, statistics = 'batch' } = options;
  const values: Record<string, Value> = {};
  const updates: Record<string, Value> = {};
  const frozenNames: string[] = [];
  const learned: Value[] = [];

  const layers = mobilenetV1Layers(options, (name, convolved) => {
    values[`${name}/convolution`] = convolved;
    if (frozenNames.length < frozenLayers) {
      frozenNames.push(name);
      values[name] = biasAndRelu6(name, convolved);
      return values[name];
    }
    learned.push(convolved);
    const moving = parameter(`${name}/moving_moments`, [2, convolved.shape[3]!]);
    const moments = statistics === 'batch' ? named(`${name}/moments`, batchMoments(convolved)) : moving;
    if (statistics === 'batch') {
      const options = { keep: movingAverageKeep, factor: 1 - movingAverageKeep };
      updates[moving.label] = accumulate(moving, moments, options);
    }
    values[name] = normalizeAndRelu6(name, convolved, moments);
    return values[name];
  });
  const layerCount = frozenNames.length + learned.length;
  if (!(Number.isInteger(frozenLayers) && frozenLayers >= 0 && frozenLayers <= layerCount)) {
    throw new ShapeError(
      `MobileNet: frozenLayers must be from 0 to ${layerCount}, but it is ${frozenLayers}.`,
    );
  }

  const frozenPrefixes = new Set(frozenNames);
  const learnedConvolutions = new Set(learned);
  const notDepthwise = new Set(learned.filter(({ operation }) => operation.kind !== 'depthwise_conv2d'));
  const lastFrozen = values[frozenNames.at(-1) ?? ''];
  // What is no image is small; a reshape would keep what it is another name of.
  const keepAlso = (forward: Value) =>
    forward === lastFrozen || (forward.shape.length < 4 && forward.operation.kind !== 'reshape');
  return {
    values: { ...values, features: layers.features! },
    updates,
    frozen: (name) =>
      name.endsWith('/moving_moments') || frozenPrefixes.has(name.slice(0, name.lastIndexOf('/'))),
    recomputation: {
      activations: (forward) => keepAlso(forward) || learnedConvolutions.has(forward),
      depthwise: (forward) => keepAlso(forward) || notDepthwise.has(forward),
    },
  };
}

/**
 * `relu6(scale · (x − mean) / √(variance + ε) + shift)`.
 *
 * @param convolved `[B, H, W, C]`
 * @param moments `[2, C]`
 */
export function normalizeAndRelu6(name: string, convolved: Value, moments: Value): Value {
  const channels = convolved.shape[3]!;
  const scale = parameter(`${name}/scale`, [channels]);
  const shift = parameter(`${name}/shift`, [channels]);
  const normalized = batchNormalize(convolved, moments, scale, shift, { epsilon: batchNormalizationEpsilon });
  return named(name, relu6(named(`${name}/normalized`, normalized)));
}
