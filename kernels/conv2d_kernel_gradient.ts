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
import { kernelBlock, quadKernelBlock } from './convolution/kernel-block.ts';
import type { Kernel } from './kernel.ts';
import { byteLength } from './storage.ts';

/**
 * For software adapters. The first layer of MobileNet v1 at batch 8 in Dawn on SwiftShader, processor time on a busy machine
 * (so compare within this line; two cores share it), and that of the first run: `quad-block-vec4` 168 ms and 463,
 * `block-vec4-8` 232 and 469. 1 GFLOP/s of processor time.
 */
const quads = quadKernelBlock();
/** Without `subgroups`, or where outputs are not divisible by 16. */
const block = kernelBlock(8);
/** For GPUs. */
const wideGroup = kernelBlock(64);
const anySize = directKernelScalar;

/** `[B, H, W, C]`, `[B, H', W', O]` → `[P, kh, kw, C, O]`. */
export const conv2dKernelGradient: Kernel<KernelGradientProblem> = {
  name: 'conv2d_kernel_gradient_parts',
  formula:
    'dw[p, u, v, c, o] = Σ_{(b, i, j) in block p} x[b, i·s + u − top, j·s + v − left, c] · dy[b, i, j, o]',
  variants: [quads, block, wideGroup, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? [quads, block] : [wideGroup];
    return preferred.find((variant) => variant.supports(problem, target)) ?? anySize;
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
