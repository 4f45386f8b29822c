/**
 * Gradient of a convolution by its x: each element gathers from the outputs that it reached.
 *
 * Source: the transpose of Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
 * Applications" (arXiv 1704.04861), equation 1.
 *
 * Shapes: dy `[B, H', W', O]`, w `[kh, kw, C, O]` → dx `[B, H, W, C]`. dy and dx are float32, w is float32 or float16;
 * sums are float32. An activation's gradient fits into the epilogue.
 */
import { operandCount } from './convolution/geometry.ts';
import { type InputGradientProblem, inputGradientGeometry } from './convolution/gradient-geometry.ts';
import { directInputScalar } from './convolution/gradient-scalar.ts';
import { phaseTile } from './convolution/phase-tile.ts';
import { epilogueCost } from './epilogue.ts';
import type { Kernel } from './kernel.ts';
import { byteLength } from './storage.ts';

const tile = phaseTile(4, { channels: 8, columns: 1 });
/** For GPUs. */
const wideGroup = phaseTile(4, { channels: 16, columns: 4 });
const anySize = directInputScalar;

/** `[B, H', W', O]`, `[kh, kw, C, O]` → `[B, H, W, C]`. */
export const conv2dInputGradient: Kernel<InputGradientProblem> = {
  name: 'conv2d_input_gradient',
  formula: 'dx[b, i·s + u − top, j·s + v − left, c] = Σ_{i, j, u, v, o} dy[b, i, j, o] · w[u, v, c, o]',
  variants: [tile, wideGroup, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? tile : wideGroup;
    return preferred.supports(problem, target) ? preferred : anySize;
  },
  cost(problem) {
    const { batch, down, across, channels, outputs } = inputGradientGeometry(problem);
    const after = epilogueCost(problem, operandCount);
    const elements = batch * down.output * across.output * outputs;
    return {
      operations: 2 * elements * down.kernel * across.kernel * channels + after.operations,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!) + after.bytesRead,
      bytesWritten: byteLength(problem.output),
    };
  },
};
