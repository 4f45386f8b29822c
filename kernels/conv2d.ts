/**
 * Convolution over images.
 *
 * Source: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications" (arXiv
 * 1704.04861), equation 1.
 *
 * Shapes: x `[B, H, W, C]`, w `[kh, kw, C, O]` → y `[B, H', W', O]`. x and y are float32, w is float32 or float16;
 * sums are float32.
 */
import { channelTile } from './convolution/channel-tile.ts';
import { directScalar } from './convolution/direct-scalar.ts';
import { type ConvolutionProblem, geometry, operandCount } from './convolution/geometry.ts';
import { epilogueCost } from './epilogue.ts';
import type { Kernel } from './kernel.ts';
import { byteLength } from './storage.ts';

export type Conv2dProblem = ConvolutionProblem;

const anySize = directScalar(64);
const tile = channelTile(4, 2, 4);

export const conv2d: Kernel<Conv2dProblem> = {
  name: 'conv2d',
  formula: 'y[b, i, j, o] = Σ_{u, v, c} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c, o]',
  variants: [tile, anySize],
  defaultVariant(problem, target) {
    return tile.supports(problem, target) ? tile : anySize;
  },
  cost(problem) {
    const { batch, down, across, channels, outputs } = geometry(problem);
    const after = epilogueCost(problem, operandCount);
    const elements = batch * down.output * across.output * outputs;
    return {
      operations: 2 * elements * down.kernel * across.kernel * channels + after.operations,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!) + after.bytesRead,
      bytesWritten: byteLength(problem.output),
    };
  },
};
