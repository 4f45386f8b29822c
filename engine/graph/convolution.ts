/**
 * Convolutions over images in NHWC layout.
 *
 * Sources: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications"
 * (arXiv 1704.04861), equations 1 and 3; padding as TensorFlow's `SAME` (tf.nn documentation, "Notes on padding").
 */
import { ShapeError } from '../errors.ts';
import { requireRank, shapesDisagree } from './check.ts';
import { type Convolution2dAttributes, describe, type Padding2d, type Value, value } from './value.ts';

/** `same`: output size is ⌈input / stride⌉, an odd zero goes to the bottom and right. `valid`: no zeros. */
export type Padding = 'same' | 'valid' | Padding2d;

/** Options of a convolution. Defaults: stride 1, `same`. */
export interface Convolution2dOptions {
  readonly strides?: number | readonly [number, number];
  readonly padding?: Padding;
}

function samePadding(size: number, kernel: number, stride: number): [number, number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

function resolve(
  kind: 'conv2d' | 'depthwise_conv2d',
  x: Value,
  [kernelHeight, kernelWidth]: readonly [number, number],
  { strides = 1, padding = 'same' }: Convolution2dOptions,
): { attributes: Convolution2dAttributes; outputSize: [number, number] } {
  const [down, across] = typeof strides === 'number' ? [strides, strides] : strides;
  if (![down, across].every((stride) => Number.isInteger(stride) && stride > 0)) {
    throw new ShapeError(`${kind}: strides must be positive integers, but they are ${down} and ${across}.`);
  }
  const [, height, width] = x.shape as [number, number, number, number];
  let zeros: Padding2d = { top: 0, bottom: 0, left: 0, right: 0 };
  if (padding === 'same') {
    const [top, bottom] = samePadding(height, kernelHeight, down);
    const [left, right] = samePadding(width, kernelWidth, across);
    zeros = { top, bottom, left, right };
  } else if (padding !== 'valid') {
    zeros = padding;
    if (!Object.values(zeros).every((size) => Number.isInteger(size) && size >= 0)) {
      throw new ShapeError(`${kind}: padding must be whole numbers, but it is ${JSON.stringify(padding)}.`);
    }
  }
  const outputHeight = Math.floor((height + zeros.top + zeros.bottom - kernelHeight) / down) + 1;
  const outputWidth = Math.floor((width + zeros.left + zeros.right - kernelWidth) / across) + 1;
  if (outputHeight < 1 || outputWidth < 1) {
    throw new ShapeError(
      `${kind}: a ${kernelHeight}×${kernelWidth} kernel does not fit into ${describe(x)} with this padding.`,
    );
  }
  return {
    attributes: { strides: [down, across], padding: zeros },
    outputSize: [outputHeight, outputWidth],
  };
}

/**
 * `y[b, i, j, o] = Σ_{u, v, c} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c, o]`, zeros outside.
 *
 * @param x `[B, H, W, C]`
 * @param w `[kh, kw, C, O]`
 * @returns `[B, H', W', O]`
 * @throws ShapeError where the shapes do not fit.
 */
export function conv2d(x: Value, w: Value, options: Convolution2dOptions = {}): Value {
  requireRank('conv2d', 'x', x, 4);
  requireRank('conv2d', 'the kernel', w, 4);
  const [kernelHeight, kernelWidth, channels, outputs] = w.shape as [number, number, number, number];
  if (x.shape[3] !== channels) {
    shapesDisagree('conv2d', 'channels of x (last) and of the kernel (third) differ', x, w);
  }
  const { attributes, outputSize } = resolve('conv2d', x, [kernelHeight, kernelWidth], options);
  return value({ kind: 'conv2d', ...attributes }, [x, w], [x.shape[0]!, ...outputSize, outputs]);
}

/**
 * `y[b, i, j, c] = Σ_{u, v} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c]`, zeros outside.
 *
 * @param x `[B, H, W, C]`
 * @param w `[kh, kw, C]`
 * @returns `[B, H', W', C]`
 * @throws ShapeError where the shapes do not fit.
 */
export function depthwiseConv2d(x: Value, w: Value, options: Convolution2dOptions = {}): Value {
  requireRank('depthwise_conv2d', 'x', x, 4);
  requireRank('depthwise_conv2d', 'the kernel', w, 3);
  const [kernelHeight, kernelWidth, channels] = w.shape as [number, number, number];
  if (x.shape[3] !== channels) {
    shapesDisagree('depthwise_conv2d', 'channels of x (last) and of the kernel (last) differ', x, w);
  }
  const { attributes, outputSize } = resolve('depthwise_conv2d', x, [kernelHeight, kernelWidth], options);
  return value({ kind: 'depthwise_conv2d', ...attributes }, [x, w], [x.shape[0]!, ...outputSize, channels]);
}
