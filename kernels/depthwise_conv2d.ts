/**
 * Depthwise convolution: every channel has a kernel of its own.
 *
 * Source: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications" (arXiv
 * 1704.04861), equation 3.
 *
 * Shapes: x `[B, H, W, C]`, w `[kh, kw, C]` → y `[B, H', W', C]`. x and y are float32, w is float32 or float16; sums
 * are float32.
 */
import { depthwiseScalar } from './convolution/depthwise-scalar.ts';
import { depthwiseTile } from './convolution/depthwise-tile.ts';
import { type ConvolutionProblem, geometry, operandCount } from './convolution/geometry.ts';
import { epilogueCost } from './epilogue.ts';
import type { Kernel } from './kernel.ts';
import { byteLength } from './storage.ts';

export type DepthwiseConv2dProblem = ConvolutionProblem;

const anySize = depthwiseScalar(64);
const row = depthwiseTile(1, 4, 8);
const square = depthwiseTile(4, 4, 8);

export const depthwiseConv2d: Kernel<DepthwiseConv2dProblem> = {
  name: 'depthwise_conv2d',
  formula: 'y[b, i, j, c] = Σ_{u, v} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c]',
  variants: [square, row, anySize],
  defaultVariant(problem, target) {
    return [square, row].find((variant) => variant.supports(problem, target)) ?? anySize;
  },
  cost(problem) {
    const { batch, down, across, channels } = geometry(problem);
    const after = epilogueCost(problem, operandCount);
    const elements = batch * down.output * across.output * channels;
    return {
      operations: 2 * elements * down.kernel * across.kernel + after.operations,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!) + after.bytesRead,
      bytesWritten: byteLength(problem.output),
    };
  },
};
