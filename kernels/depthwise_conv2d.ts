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
import { type ConvolutionProblem, type Geometry, geometry, operandCount } from './convolution/geometry.ts';
import { epilogueCost } from './epilogue.ts';
import type { Kernel, KernelTarget, KernelVariant } from './kernel.ts';
import { likesLongShaders } from './software.ts';
import { byteLength } from './storage.ts';

export type DepthwiseConv2dProblem = ConvolutionProblem;

const anySize = depthwiseScalar(64);

/** Threads along the channels alone: a CPU takes four at a time, and idle ones cost as much as busy ones. */
const narrow = { channels: 8, columns: 1 };
/** For GPUs, which want whole subgroups at work even where C is 32. */
const wide = { channels: 8, columns: 8 };

/**
 * SwiftShader spends some 60 instructions on loading each float and 6 on a multiply-add, so loads decide. In Chromium
 * 156, 2 cores, processor time / 2: 112×112×32, stride 1, takes 6.6 ms in tiles of 1×4, 4.4 of 2×4, 3.3 of 2×7 or
 * 4×4, 2.7 of 4×7, 2.4 of 7×7; stride 2 of 112×112×64: 4.0, 4.0, 3.2, 3.8, 3.2, 3.4.
 */
const row = depthwiseTile(1, 4, narrow);
const square = depthwiseTile(2, 4, narrow);
/**
 * Where one convolution is so much work that a dozen runs pay for compiling it, 0.4 s. MobileNet v1 on 8 photos, layers
 * of stride 1, same machine and run: 212 ms with it, 354 ms with tiles of 2×4.
 */
const forMuchWork = depthwiseTile(4, 7, narrow);
/** Multiply-adds of the smallest convolution that is much work: a layer of MobileNet has 0.2 to 3.6 million a photo. */
const muchWork = 7e6;
/** For tuning: they save a millisecond or two a run and take 0.2 to 1.3 s to compile. */
const longest = [depthwiseTile(2, 7, narrow), depthwiseTile(4, 4, narrow), depthwiseTile(7, 7, narrow)];
const forHardware = depthwiseTile(1, 4, wide);

function preferences(
  { batch, down, across, channels }: Geometry,
  target: KernelTarget,
): readonly KernelVariant<DepthwiseConv2dProblem>[] {
  if (!target.software) return [forHardware, row];
  // With a stride, outputs hardly share inputs, so a larger tile gains nothing.
  if (!likesLongShaders(target) || down.stride * across.stride > 1) return [row];
  const work = batch * down.output * down.kernel * across.output * across.kernel * channels;
  return [...(work >= muchWork ? [forMuchWork] : []), square, row];
}

export const depthwiseConv2d: Kernel<DepthwiseConv2dProblem> = {
  name: 'depthwise_conv2d',
  formula: 'y[b, i, j, c] = Σ_{u, v} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c]',
  variants: [square, forMuchWork, ...longest, row, forHardware, anySize],
  defaultVariant(problem, target) {
    const preferred = preferences(geometry(problem), target);
    return preferred.find((variant) => variant.supports(problem, target)) ?? anySize;
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
