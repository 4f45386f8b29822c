/**
 * The two sums over a batch that its normalisation's gradient needs, in parts; the parts' sums are the gradients by shift
 * and by scale.
 *
 * Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
 * Shift" (arXiv 1502.03167), section 3, ∂ℓ/∂β and ∂ℓ/∂γ.
 *
 * Shapes: x `[…, C]`, moments `[2, C]`, dy `[…, C]` → `[P, 2, C]`; part p is rows p · `rows` … (p + 1) · `rows` − 1.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import type { PartsProblem } from './batch_moments_parts.ts';
import type { NormalizationProblem } from './batch_normalize.ts';
import { channelRows, eachRow } from './channel-rows.ts';
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

export type NormalizationSumsProblem = PartsProblem & NormalizationProblem;

function variant(lanes: Lanes, together: number, width: number): KernelVariant<NormalizationSumsProblem> {
  return {
    name: `${lanes === 4 ? 'vec4' : 'scalar'}-${together}-${width}`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      problem.output.shape.at(-1)! % lanes === 0 &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= width,
    build(problem) {
      const [x, moments, dy] = problem.inputs;
      const { sizes, start, workgroupSize, workgroups } = channelRows(x!, lanes, 4, problem.rows, width);
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(x!, lanes)};
@group(0) @binding(1) var<storage, read> moments: ${unsizedArrayType(moments!, lanes)};
@group(0) @binding(2) var<storage, read> dy: ${unsizedArrayType(dy!, lanes)};
@group(0) @binding(3) var<storage, read_write> y: ${unsizedArrayType(problem.output, lanes)};
${sizes.declaration}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
${start}
  let mean = ${real}(moments[channel]);
  var sum = ${real}();
  var products = ${real}();
  var at = first_row * sizes.across + channel;
${eachRow(
  'first_row',
  together,
  `    let gradient = ${real}(dy[at]);
    sum += gradient;
    products += gradient * (${real}(x[at]) - mean);
    at += sizes.across;`,
)}
  y[2u * run * sizes.across + channel] = sum;
  y[(2u * run + 1u) * sizes.across + channel] =
    products / sqrt(${real}(moments[sizes.across + channel]) + ${problem.epsilon});
}
`;
      return { wgsl: source, sizes: sizes.values, workgroupSize, workgroups };
    },
  };
}

/**
 * For software adapters. MobileNet v1 at batch 8 in Dawn on SwiftShader, processor time on a busy machine (two cores share it):
 * 112×112×32 42 ms, one row at a time 46; 14×14×512 11.5 and 16: 0.6 GB/s of processor time.
 */
const narrow = variant(4, 2, 8);
/** For GPUs. */
const wide = variant(4, 4, 64);
const anySize = variant(1, 1, 32);

/** `[…, C]`, `[2, C]`, `[…, C]` → `[P, 2, C]`. */
export const batchNormalizeSums: Kernel<NormalizationSumsProblem> = {
  name: 'batch_normalize_sums_parts',
  formula:
    's[p, 0, c] = Σ_{r in part p} dy[r, c], s[p, 1, c] = Σ_{r in part p} dy[r, c] (x[r, c] − mean[c]) / √(variance[c] + ε)',
  variants: [narrow, wide, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? narrow : wide;
    return preferred.supports(problem, target) ? preferred : anySize;
  },
  cost({ inputs, output }) {
    return {
      operations: 4 * elementCount(inputs[0]!.shape),
      bytesRead: inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(output),
    };
  },
};
