/** Gradients of both convolutions by their operands. Attributes are those of the forward operation. */
import { blocksOfImage, type OutputBlock } from '../../kernels/convolution/gradient-geometry.ts';
import { ShapeError } from '../errors.ts';
import { requireRank, shapesDisagree } from './check.ts';
import { reshape } from './reduction.ts';
import { sumRows } from './sums.ts';
import { type Convolution2dAttributes, elementCount, type Value, value } from './value.ts';

type Shape4 = readonly [batch: number, height: number, width: number, channels: number];

/** Outputs that a part of a kernel gradient covers at least, where the image has them: fewer cost more to add up than they save. */
const leastPlaces = 100;
/** The most columns of them: more parts for wide images. */
const mostColumns = 28;

/** Throws unless dy is the output of a convolution of x with such a kernel. */
function checkOutput(
  kind:
    | 'conv2d_input_gradient'
    | 'conv2d_kernel_gradient_parts'
    | 'depthwise_conv2d_input_gradient'
    | 'depthwise_conv2d_kernel_gradient_parts',
  dy: Value,
  [batch, height, width]: readonly number[],
  [kernelHeight, kernelWidth]: readonly number[],
  outputs: number,
  { strides, padding }: Convolution2dAttributes,
): void {
  requireRank(kind, 'dy', dy, 4);
  const expected = [
    batch!,
    Math.floor((height! + padding.top + padding.bottom - kernelHeight!) / strides[0]) + 1,
    Math.floor((width! + padding.left + padding.right - kernelWidth!) / strides[1]) + 1,
    outputs,
  ];
  if (`${dy.shape}` !== `${expected}`) {
    throw new ShapeError(
      `${kind}: the convolution gives [${expected.join(', ')}], but dy is [${dy.shape.join(', ')}].`,
    );
  }
}

/** Only what belongs to the forward operation, so that a whole `Operation` may be passed. */
function attributesOf({ strides, padding }: Convolution2dAttributes): Convolution2dAttributes {
  return { strides, padding };
}

/**
 * `dx[b, i·s + u − top, j·s + v − left, c] = Σ_{i, j, u, v, o} dy[b, i, j, o] · w[u, v, c, o]`.
 *
 * @param dy `[B, H', W', O]`
 * @param w `[kh, kw, C, O]`
 * @param shape of x, `[B, H, W, C]`
 * @returns `[B, H, W, C]`
 * @throws ShapeError where dy is not what the convolution gives.
 */
export function conv2dInputGradient(
  dy: Value,
  w: Value,
  shape: readonly number[],
  attributes: Convolution2dAttributes,
): Value {
  const kind = 'conv2d_input_gradient';
  requireRank(kind, 'the kernel', w, 4);
  checkOutput(kind, dy, shape, w.shape, w.shape[3]!, attributes);
  if (shape[3] !== w.shape[2])
    shapesDisagree(kind, `x has ${shape[3]} channels, not those of the kernel`, dy, w);
  return value({ kind, ...attributesOf(attributes) }, [dy, w], shape);
}

/**
 * `dx[b, i·s + u − top, j·s + v − left, c] = Σ_{i, j, u, v} dy[b, i, j, c] · w[u, v, c]`.
 *
 * @param dy `[B, H', W', C]`
 * @param w `[kh, kw, C]`
 * @param shape of x, `[B, H, W, C]`
 * @returns `[B, H, W, C]`
 * @throws ShapeError where dy is not what the convolution gives.
 */
export function depthwiseConv2dInputGradient(
  dy: Value,
  w: Value,
  shape: readonly number[],
  attributes: Convolution2dAttributes,
): Value {
  const kind = 'depthwise_conv2d_input_gradient';
  requireRank(kind, 'the kernel', w, 3);
  checkOutput(kind, dy, shape, w.shape, shape[3]!, attributes);
  if (shape[3] !== w.shape[2])
    shapesDisagree(kind, `x has ${shape[3]} channels, not those of the kernel`, dy, w);
  return value({ kind, ...attributesOf(attributes) }, [dy, w], shape);
}

/** Blocks of nearly equal size: enough of them to keep all threads busy, large enough to be worth adding up. */
function blockOf([, height, width]: Shape4): OutputBlock {
  const columns = Math.ceil(width / Math.ceil(width / mostColumns));
  const rows = Math.min(Math.ceil(leastPlaces / columns), height);
  return [Math.ceil(height / Math.ceil(height / rows)), columns];
}

function kernelGradient(
  kind: 'conv2d_kernel_gradient_parts' | 'depthwise_conv2d_kernel_gradient_parts',
  x: Value,
  dy: Value,
  kernelShape: readonly number[],
  attributes: Convolution2dAttributes,
): Value {
  requireRank(kind, 'x', x, 4);
  checkOutput(kind, dy, x.shape, kernelShape, kernelShape.at(-1)!, attributes);
  if (x.shape[3] !== kernelShape[2]) {
    shapesDisagree(kind, `the kernel is for ${kernelShape[2]} channels`, x, dy);
  }
  const outputs = dy.shape as Shape4;
  const block = blockOf(outputs);
  const [down, across] = blocksOfImage(outputs[1], outputs[2], block);
  const parts = outputs[0] * down * across;
  const gradients = value({ kind, ...attributesOf(attributes), block }, [x, dy], [parts, ...kernelShape]);
  if (parts === 1) return reshape(gradients, kernelShape);
  return reshape(sumRows(reshape(gradients, [parts, elementCount(kernelShape)])), kernelShape);
}

/**
 * `dw[u, v, c, o] = Σ_{b, i, j} x[b, i·s + u − top, j·s + v − left, c] · dy[b, i, j, o]`, in parts that are then added up.
 *
 * @param x `[B, H, W, C]`
 * @param dy `[B, H', W', O]`
 * @param kernelShape `[kh, kw, C, O]`
 * @returns `[kh, kw, C, O]`
 * @throws ShapeError where dy is not what the convolution gives.
 */
export function conv2dKernelGradient(
  x: Value,
  dy: Value,
  kernelShape: readonly number[],
  attributes: Convolution2dAttributes,
): Value {
  return kernelGradient('conv2d_kernel_gradient_parts', x, dy, kernelShape, attributes);
}

/**
 * `dw[u, v, c] = Σ_{b, i, j} x[b, i·s + u − top, j·s + v − left, c] · dy[b, i, j, c]`, in parts that are then added up.
 *
 * @param x `[B, H, W, C]`
 * @param dy `[B, H', W', C]`
 * @param kernelShape `[kh, kw, C]`
 * @returns `[kh, kw, C]`
 * @throws ShapeError where dy is not what the convolution gives.
 */
export function depthwiseConv2dKernelGradient(
  x: Value,
  dy: Value,
  kernelShape: readonly number[],
  attributes: Convolution2dAttributes,
): Value {
  return kernelGradient('depthwise_conv2d_kernel_gradient_parts', x, dy, kernelShape, attributes);
}
