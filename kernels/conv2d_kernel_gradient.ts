/**
 * Gradient of a convolution by its kernel, in parts: one for each block of outputs. Their sum is the gradient. In parts
 * there is work for all threads even where weights are few, and the order of the sum is fixed.
 *
 * Source: the derivative of Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
 * Applications" (arXiv 1704.04861), equation 1.
 *
 * Shapes: x `[B, H, W, C]`, dy `[B, H', W', O]` → dw `[P, kh, kw, C, O]`, all float32.
 */
import { type KernelGradientProblem, kernelGradientGeometry } from './convolution/gradient-geometry.ts';
import { directKernelScalar } from './convolution/gradient-scalar.ts';
import { kernelBlock } from './convolution/kernel-block.ts';
import type { Kernel } from './kernel.ts';
import { byteLength } from './storage.ts';

const block = kernelBlock(8);
/** For GPUs. */
const wideGroup = kernelBlock(64);
const anySize = directKernelScalar;

/** `[B, H, W, C]`, `[B, H', W', O]` → `[P, kh, kw, C, O]`. */
export const conv2dKernelGradient: Kernel<KernelGradientProblem> = {
  name: 'conv2d_kernel_gradient_parts',
  formula:
    'dw[p, u, v, c, o] = Σ_{(b, i, j) in block p} x[b, i·s + u − top, j·s + v − left, c] · dy[b, i, j, o]',
  variants: [block, wideGroup, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? block : wideGroup;
    return preferred.supports(problem, target) ? preferred : anySize;
  },
  cost(problem) {
    const { batch, down, across, channels, outputs } = kernelGradientGeometry(problem);
    return {
      operations: 2 * batch * down.output * across.output * outputs * down.kernel * across.kernel * channels,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!),
      bytesWritten: byteLength(problem.output),
    };
  },
};
