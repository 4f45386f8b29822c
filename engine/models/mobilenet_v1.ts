/**
 * MobileNet v1: a convolutional network for photos, built of depthwise separable convolutions.
 *
 * Source: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications"
 * (arXiv 1704.04861). Table 1 is the architecture, equation 1 the convolution, equation 3 the depthwise convolution,
 * section 3.3 the width multiplier α. Batch normalisation is folded into kernels and biases, as it is in the published
 * float weights; these have 1001 classes, of which class 0 is background.
 *
 * Table 1 gives the last depthwise convolution stride 2, but keeps its size at 7×7: its stride is 1.
 */
import { ShapeError } from '../errors.ts';
import { conv2d, depthwiseConv2d } from '../graph/convolution.ts';
import { add, relu6 } from '../graph/elementwise.ts';
import { input, parameter } from '../graph/leaf.ts';
import { matmul } from '../graph/matmul.ts';
import { globalAveragePool, softmax } from '../graph/reduction.ts';
import { describe, type Graph, leaves, named, type TensorSpecification, type Value } from '../graph/value.ts';
import { graphOf } from './outputs.ts';

/** Channels after each block, and the stride of its depthwise convolution. */
const blocks: readonly { readonly channels: number; readonly stride: number }[] = [
  { channels: 64, stride: 1 },
  { channels: 128, stride: 2 },
  { channels: 128, stride: 1 },
  { channels: 256, stride: 2 },
  { channels: 256, stride: 1 },
  { channels: 512, stride: 2 },
  { channels: 512, stride: 1 },
  { channels: 512, stride: 1 },
  { channels: 512, stride: 1 },
  { channels: 512, stride: 1 },
  { channels: 512, stride: 1 },
  { channels: 1024, stride: 2 },
  { channels: 1024, stride: 1 },
];

/** What shapes a MobileNet. */
export interface MobilenetV1Options {
  /** Photos in a batch; taken from `image` where that is given. Default 1. */
  readonly batch?: number;
  /** Width multiplier: every layer has α times the channels. Default 1. */
  readonly alpha?: number;
  /** Blocks, counted from the input. Default 13: all. */
  readonly depth?: number;
  /** Default 1001. */
  readonly classes?: number;
  /** Height and width of the input, in pixels; taken from `image` where that is given. Default 224. */
  readonly imageSize?: number;
  /** `[B, H, W, 3]`, RGB in [−1, 1]. Default: an input of the graph named `image`. */
  readonly image?: Value;
  /**
   * Values to compute: `conv1`, `block1/depthwise`, `block1/pointwise`, …, `block13/pointwise`, `features`, `logits`,
   * `probabilities`. Default `features` and `probabilities`.
   */
  readonly outputs?: readonly string[];
}

/**
 * What makes a layer of a convolution.
 *
 * @param name of the layer, for example `block3/pointwise`
 * @param convolved `[B, H, W, C]`
 * @returns `[B, H, W, C]`
 */
export type Finish = (name: string, convolved: Value) => Value;

/** `relu6(convolved + bias)`. */
export const biasAndRelu6: Finish = (name, convolved) =>
  named(name, relu6(add(convolved, parameter(`${name}/bias`, [convolved.shape[3]!]))));

/** A full convolution: `[B, H, W, C]` to `[B, ⌈H / stride⌉, ⌈W / stride⌉, channels]`. */
function convolution(name: string, x: Value, channels: number, size: number, stride: number): Value {
  const kernel = parameter(`${name}/kernel`, [size, size, x.shape[3]!, channels]);
  return named(`${name}/convolution`, conv2d(x, kernel, { strides: stride, padding: 'same' }));
}

/** A 3×3 convolution of each channel by itself: `[B, H, W, C]` to `[B, ⌈H / stride⌉, ⌈W / stride⌉, C]`. */
function depthwise(name: string, x: Value, stride: number): Value {
  const kernel = parameter(`${name}/kernel`, [3, 3, x.shape[3]!]);
  return named(`${name}/convolution`, depthwiseConv2d(x, kernel, { strides: stride, padding: 'same' }));
}

/**
 * The classifier alone, for example for a vector that was pooled over several photos.
 *
 * @param features `[B, K]`; K is 1024 for the published weights
 * @returns `logits` and `probabilities`, both `[B, classes]`
 */
export function classify(
  features: Value,
  { classes = 1001 }: { readonly classes?: number } = {},
): { readonly logits: Value; readonly probabilities: Value } {
  if (features.shape.length !== 2) {
    throw new ShapeError(`classify: features must be [B, K], but they are ${describe(features)}.`);
  }
  const kernel = parameter('classifier/kernel', [features.shape[1]!, classes]);
  const logits = named('logits', add(matmul(features, kernel), parameter('classifier/bias', [classes])));
  return { logits, probabilities: named('probabilities', softmax(logits)) };
}

/**
 * The layers by name, in the order they are computed, and `features`.
 *
 * @param finish what follows each convolution
 */
export function mobilenetV1Layers(
  {
    batch = 1,
    alpha = 1,
    depth = blocks.length,
    imageSize = 224,
    image = input('image', [batch, imageSize, imageSize, 3]),
  }: MobilenetV1Options = {},
  finish: Finish = biasAndRelu6,
): Record<string, Value> {
  if (!(alpha > 0)) throw new ShapeError(`MobileNet: alpha must be greater than 0, but it is ${alpha}.`);
  if (!(Number.isInteger(depth) && depth >= 1 && depth <= blocks.length)) {
    throw new ShapeError(`MobileNet: depth must be from 1 to ${blocks.length}, but it is ${depth}.`);
  }
  if (image.shape.length !== 4 || image.shape[3] !== 3) {
    throw new ShapeError(`MobileNet: the image must be [B, H, W, 3], but it is ${describe(image)}.`);
  }
  // As in the authors' published code: never fewer than 8 channels.
  const width = (channels: number): number => Math.max(Math.floor(channels * alpha), 8);

  let x = finish('conv1', convolution('conv1', image, width(32), 3, 2));
  const layers: Record<string, Value> = { conv1: x };
  blocks.slice(0, depth).forEach(({ channels, stride }, i) => {
    const first = `block${i + 1}/depthwise`;
    const second = `block${i + 1}/pointwise`;
    const filtered = finish(first, depthwise(first, x, stride));
    x = finish(second, convolution(second, filtered, width(channels), 1, 1));
    layers[first] = filtered;
    layers[second] = x;
  });
  return { ...layers, features: named('features', globalAveragePool(x)) };
}

/** All values of the network by name, in the order they are computed. Each is after bias and ReLU6. */
export function mobilenetV1Values(options: MobilenetV1Options = {}): Record<string, Value> {
  const layers = mobilenetV1Layers(options);
  return { ...layers, ...classify(layers.features!, options) };
}

/**
 * MobileNet v1 as a graph.
 *
 * @throws ShapeError where an output is unknown, listing the names there are, or where the image does not fit.
 */
export function mobilenetV1(options: MobilenetV1Options = {}): Graph {
  const { outputs = ['features', 'probabilities'] } = options;
  return graphOf('MobileNet', mobilenetV1Values(options), outputs);
}

/**
 * The parameters of the whole network, by name.
 *
 * `conv1/kernel` is `[3, 3, 3, 32]`, `block1/depthwise/kernel` `[3, 3, 32]`, `block1/pointwise/kernel` `[1, 1, 32, 64]`,
 * `classifier/kernel` `[1024, classes]`; each layer also has a `bias`, one number a channel.
 */
export function mobilenetV1Parameters(options: MobilenetV1Options = {}): Map<string, TensorSpecification> {
  const { probabilities } = mobilenetV1Values(options);
  const specifications = new Map<string, TensorSpecification>();
  for (const [name, { shape, dataType }] of leaves(
    { outputs: { probabilities: probabilities! } },
    'parameter',
  )) {
    specifications.set(name, { shape, dataType });
  }
  return specifications;
}
