/**
 * Gradient of a depthwise convolution by its kernel, in parts: one for each block of outputs. Their sum is the gradient.
 * In parts there is work for all threads even where channels are few, and the order of the sum is fixed.
 *
 * Source: the derivative of Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
 * Applications" (arXiv 1704.04861), equation 3.
 *
 * Shapes: x `[B, H, W, C]`, dy `[B, H', W', C]` → dw `[P, kh, kw, C]`, all float32.
 */
import { depthwiseKernelStream } from './convolution/depthwise-kernel-stream.ts';
import { type KernelGradientProblem, kernelGradientGeometry } from './convolution/gradient-geometry.ts';
import { depthwiseKernelScalar } from './convolution/gradient-scalar.ts';
import type { Kernel } from './kernel.ts';
import { likesLongShaders } from './software.ts';
import { byteLength } from './storage.ts';

/**
 * For software adapters. MobileNet v1 at batch 8 in Dawn on SwiftShader, processor time on a busy machine (so compare within a
 * line; two cores share it):
 * - 112×112×32, stride 1: `stream-4` 100 ms, `stream-2` 115.
 * - 112×112×64, stride 2: `stream-4` 120 ms, `stream-2` 145.
 * - 14×14×512: `stream-4` 25 ms, `stream-2` 19. 7×7×1024: 15 and 14. 0.7 GFLOP/s, 0.35 GB/s of processor time.
 */
const stream = depthwiseKernelStream(2, 8);
/** For SwiftShader and wide images. */
const wideStream = depthwiseKernelStream(4, 8);
/** Columns of outputs from which on it is the faster one. */
const wideColumns = 28;
/** For GPUs. */
const wideGroup = depthwiseKernelStream(2, 32);
const anySize = depthwiseKernelScalar;

/** `[B, H, W, C]`, `[B, H', W', C]` → `[P, kh, kw, C]`. */
export const depthwiseConv2dKernelGradient: Kernel<KernelGradientProblem> = {
  name: 'depthwise_conv2d_kernel_gradient_parts',
  formula:
    'dw[p, u, v, c] = Σ_{(b, i, j) in block p} x[b, i·s + u − top, j·s + v − left, c] · dy[b, i, j, c]',
  variants: [stream, wideStream, wideGroup, anySize],
  defaultVariant(problem, target) {
    const wide = kernelGradientGeometry(problem).across.output >= wideColumns && likesLongShaders(target);
    const forSoftware = wide ? wideStream : stream;
    const preferred = target.software ? forSoftware : wideGroup;
    return preferred.supports(problem, target) ? preferred : anySize;
  },
  cost(problem) {
    const { batch, down, across, channels } = kernelGradientGeometry(problem);
    return {
      operations: 2 * batch * down.output * across.output * channels * down.kernel * across.kernel,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!),
      bytesWritten: byteLength(problem.output),
    };
  },
};
