/**
 * Gradient of batch normalisation by its x: through the moments, too, where these are of the same batch.
 *
 * Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
 * Shift" (arXiv 1502.03167), section 3; the three paths to ∂ℓ/∂x, by x̂, by the variance and by the mean, added up.
 *
 * Shapes: dy `[…, C]`, moments `[2, C]`, scale `[C]`, and, if `training`, x `[…, C]` and the sums of
 * `batch_normalize_sums` `[2, C]` → dx `[…, C]`. An activation's gradient fits into the epilogue.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import type { NormalizationProblem } from './batch_normalize.ts';
import { channelRows } from './channel-rows.ts';
import { epilogueCode, epilogueCost } from './epilogue.ts';
import type { Kernel, KernelVariant } from './kernel.ts';
import {
  byteLength,
  directives,
  elementCount,
  type Lanes,
  realType,
  storable,
  unsizedArrayType,
} from './storage.ts';

export interface NormalizationGradientProblem extends NormalizationProblem {
  /** Whether the moments are those of this x. */
  readonly training: boolean;
}

function operandCount({ training }: NormalizationGradientProblem): number {
  return training ? 5 : 3;
}

function variant(lanes: Lanes, rows: number, width: number): KernelVariant<NormalizationGradientProblem> {
  return {
    name: `${lanes === 4 ? 'vec4' : 'scalar'}-${rows}-${width}`,
    supports: (problem, target) =>
      problem.output.shape.at(-1)! % lanes === 0 &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= width,
    build(problem) {
      const { inputs, output, training, epsilon } = problem;
      const [dy, moments, scale, x, sums] = inputs;
      const epilogue = epilogueCode(problem, operandCount(problem), lanes, unsizedArrayType);
      const { sizes, start, workgroupSize, workgroups } = channelRows(
        dy!,
        lanes,
        epilogue.outputBinding + 1,
        rows,
        width,
      );
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> dy: ${unsizedArrayType(dy!, lanes)};
@group(0) @binding(1) var<storage, read> moments: ${unsizedArrayType(moments!, lanes)};
@group(0) @binding(2) var<storage, read> scale: ${unsizedArrayType(scale!, lanes)};
#if ${training}
@group(0) @binding(3) var<storage, read> x: ${unsizedArrayType(x ?? dy!, lanes)};
@group(0) @binding(4) var<storage, read> sums: ${unsizedArrayType(sums ?? dy!, lanes)};
#endif
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> dx: ${unsizedArrayType(output, lanes)};
${sizes.declaration}
${epilogue.declarations}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
${start}
  let inverse = 1.0 / sqrt(${real}(moments[sizes.across + channel]) + ${epsilon});
  let factor = ${real}(scale[channel]) * inverse;
#if ${training}
  let mean = ${real}(moments[channel]);
  let by_mean = ${real}(sums[channel]) / f32(sizes.rows);
  let by_variance = inverse * ${real}(sums[sizes.across + channel]) / f32(sizes.rows);
#endif
  ${epilogue.channelLoads('channel', 'all')}
  var index = first_row * sizes.across + channel;
  for (var row = first_row; row < last_row; row += 1u) {
#if ${training}
    let gradient = factor * (${real}(dy[index]) - by_mean - (${real}(x[index]) - mean) * by_variance);
#else
    let gradient = factor * ${real}(dy[index]);
#endif
    dx[index] = ${epilogue.apply('gradient', 'index', 'all')};
    index += sizes.across;
  }
}
`;
      return { wgsl: source, sizes: sizes.values, workgroupSize, workgroups };
    },
  };
}

/**
 * For software adapters. MobileNet v1 at batch 8 in Dawn on SwiftShader, processor time on a busy machine (so compare within a
 * line; two cores share it): 112×112×32 `vec4-32-8` 52 ms, `vec4-4-64` 69; 14×14×512 10 and 18; 7×7×1024 5.5 and 8.8: 0.75 to 0.9
 * GB/s of processor time.
 */
const longRuns = variant(4, 32, 8);
/** For GPUs. */
const shortRuns = variant(4, 4, 64);
const anySize = variant(1, 16, 32);

/** `[…, C]`, `[2, C]`, `[C]`, and if training `[…, C]`, `[2, C]` → `[…, C]`. */
export const batchNormalizeGradient: Kernel<NormalizationGradientProblem> = {
  name: 'batch_normalize_gradient',
  formula:
    'dx[r, c] = scale[c] / √(variance[c] + ε) · (dy[r, c] − s[0, c] / n − x̂[r, c] s[1, c] / n) if training, else the first two factors · dy',
  variants: [longRuns, shortRuns, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? longRuns : shortRuns;
    return preferred.supports(problem, target) ? preferred : anySize;
  },
  cost(problem) {
    const after = epilogueCost(problem, operandCount(problem));
    const operands = problem.inputs.slice(0, operandCount(problem));
    return {
      operations: (problem.training ? 5 : 1) * elementCount(problem.output.shape) + after.operations,
      bytesRead: operands.reduce((bytes, operand) => bytes + byteLength(operand), after.bytesRead),
      bytesWritten: byteLength(problem.output),
    };
  },
};
