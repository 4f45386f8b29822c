/**
 * Depthwise convolution: every channel has a kernel of its own.
 *
 * Source: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications" (arXiv
 * 1704.04861), equation 3.
 *
 * Shapes: x `[B, H, W, C]`, w `[kh, kw, C]` → y `[B, H', W', C]`. x and y are float32, w is float32 or float16; sums
 * are float32.
 */

import { depthwiseStream } from './convolution/depthwise-stream.ts';
import { depthwiseTile } from './convolution/depthwise-tile.ts';
import { type ConvolutionProblem, geometry, operandCount } from './convolution/geometry.ts';
import { depthwiseScalar } from './convolution/scalar.ts';
import { epilogueCost } from './epilogue.ts';
import type { Kernel } from './kernel.ts';
import { byteLength } from './storage.ts';

export type DepthwiseConv2dProblem = ConvolutionProblem;

/**
 * For software adapters: one pipeline for each stride serves all layers of a model.
 *
 * In Dawn on SwiftShader, 2 cores (busy with other work, so compare within a line), and processor time to compile:
 * - 112×112×32, stride 1: `stream-2` 2.8 ms and 114, `stream-4` 3.2 and 167, `stream-7` 2.8 and 343; a tile of 2×4 outputs,
 *   with its sizes in the text and one pipeline for each of six shapes, 4.7 and 348.
 * - 112×112×64, stride 2: `stream-2` 3.9 ms and 112, `stream-4` 4.1 and 200; a tile of 1×4 outputs 4.8 and 257.
 */
const stream = depthwiseStream(2, 28);
/** For tuning. 7×7×1024 there, busier: 4.0 ms, with `stream-2` 6.2. */
const wideStream = depthwiseStream(4, 28);
/** For GPUs, which want whole subgroups at work even where C is 32, and more threads than streams have. */
const tile = depthwiseTile(1, 4, { channels: 8, columns: 8 });
const anySize = depthwiseScalar;

export const depthwiseConv2d: Kernel<DepthwiseConv2dProblem> = {
  name: 'depthwise_conv2d',
  formula: 'y[b, i, j, c] = Σ_{u, v} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c]',
  variants: [stream, wideStream, tile, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? stream : tile;
    return preferred.supports(problem, target) ? preferred : anySize;
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
