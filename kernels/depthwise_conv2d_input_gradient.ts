/**
 * Gradient of a depthwise convolution by its x: each element gathers from the outputs that it reached.
 *
 * Source: the transpose of Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
 * Applications" (arXiv 1704.04861), equation 3.
 *
 * Shapes: dy `[B, H', W', C]`, w `[kh, kw, C]` → dx `[B, H, W, C]`. dy and dx are float32, w is float32 or float16; sums
 * are float32. An activation's gradient fits into the epilogue.
 */
import { depthwiseTransposedStream } from './convolution/depthwise-transposed-stream.ts';
import { operandCount } from './convolution/geometry.ts';
import { type InputGradientProblem, inputGradientGeometry } from './convolution/gradient-geometry.ts';
import { depthwiseInputScalar } from './convolution/gradient-scalar.ts';
import { epilogueCost } from './epilogue.ts';
import type { Kernel } from './kernel.ts';
import { likesLongShaders } from './software.ts';
import { byteLength } from './storage.ts';

/** For software adapters whose compiler is slow. */
const stream = depthwiseTransposedStream({ columns: 2, rows: 28, threads: { channels: 8, columns: 1 } });
/**
 * For SwiftShader. MobileNet v1 at batch 8 in Dawn there, processor time on a busy machine (so compare within a line; two cores
 * share it):
 * - 112×112×32, stride 1: `stream-4` 75 ms, `stream-2` 85; the forward convolution 56.
 * - 112×112×64, stride 2: `stream-4` 102 ms, `stream-2` 110; forward 72.
 * - 7×7×1024: `stream-4` 11 ms, `stream-2` 16; forward 15. 0.7 GFLOP/s, 0.3 GB/s of processor time.
 */
const wideStream = depthwiseTransposedStream({ columns: 4, rows: 28, threads: { channels: 8, columns: 1 } });
/** For GPUs: shorter ways down, and whole subgroups at work even where C is 32. */
const tile = depthwiseTransposedStream({ columns: 2, rows: 4, threads: { channels: 8, columns: 8 } });
const anySize = depthwiseInputScalar;

/** `[B, H', W', C]`, `[kh, kw, C]` → `[B, H, W, C]`. */
export const depthwiseConv2dInputGradient: Kernel<InputGradientProblem> = {
  name: 'depthwise_conv2d_input_gradient',
  formula: 'dx[b, i·s + u − top, j·s + v − left, c] = Σ_{i, j, u, v} dy[b, i, j, c] · w[u, v, c]',
  variants: [stream, wideStream, tile, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? (likesLongShaders(target) ? wideStream : stream) : tile;
    return preferred.supports(problem, target) ? preferred : anySize;
  },
  cost(problem) {
    const { batch, down, across, channels } = inputGradientGeometry(problem);
    const after = epilogueCost(problem, operandCount);
    const elements = batch * down.output * across.output * channels;
    return {
      operations: 2 * elements * down.kernel * across.kernel + after.operations,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!) + after.bytesRead,
      bytesWritten: byteLength(problem.output),
    };
  },
};
