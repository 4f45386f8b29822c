/**
 * Batch normalisation, with whatever moments: those of the batch while training, moving averages otherwise.
 *
 * Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
 * Shift" (arXiv 1502.03167), algorithm 1.
 *
 * Shapes: x `[…, C]`, moments `[2, C]` (mean, variance), scale `[C]`, shift `[C]` → y `[…, C]`. An activation fits into
 * the epilogue.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { channelRows } from './channel-rows.ts';
import { epilogueCode, epilogueCost } from './epilogue.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import {
  byteLength,
  directives,
  elementCount,
  type Lanes,
  realType,
  storable,
  unsizedArrayType,
} from './storage.ts';

/** What is added to the variance before the root. */
export interface NormalizationProblem extends KernelProblem {
  readonly epsilon: number;
}

const operandCount = 4;

function variant(lanes: Lanes, rows: number, width: number): KernelVariant<NormalizationProblem> {
  return {
    name: `${lanes === 4 ? 'vec4' : 'scalar'}-${rows}-${width}`,
    supports: (problem, target) =>
      problem.output.shape.at(-1)! % lanes === 0 &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= width,
    build(problem) {
      const [x, moments, scale, shift] = problem.inputs;
      const epilogue = epilogueCode(problem, operandCount, lanes, unsizedArrayType);
      const { sizes, start, workgroupSize, workgroups } = channelRows(
        x!,
        lanes,
        epilogue.outputBinding + 1,
        rows,
        width,
      );
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(x!, lanes)};
@group(0) @binding(1) var<storage, read> moments: ${unsizedArrayType(moments!, lanes)};
@group(0) @binding(2) var<storage, read> scale: ${unsizedArrayType(scale!, lanes)};
@group(0) @binding(3) var<storage, read> shift: ${unsizedArrayType(shift!, lanes)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, lanes)};
${sizes.declaration}
${epilogue.declarations}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
${start}
  let mean = ${real}(moments[channel]);
  let factor = ${real}(scale[channel]) / sqrt(${real}(moments[sizes.across + channel]) + ${problem.epsilon});
  let offset = ${real}(shift[channel]);
  ${epilogue.channelLoads('channel', 'all')}
  var index = first_row * sizes.across + channel;
  for (var row = first_row; row < last_row; row += 1u) {
    // The mean goes first: nothing cancels where it is far larger than the deviation.
    let normalized = (${real}(x[index]) - mean) * factor + offset;
    y[index] = ${epilogue.apply('normalized', 'index', 'all')};
    index += sizes.across;
  }
}
`;
      return { wgsl: source, sizes: sizes.values, workgroupSize, workgroups };
    },
  };
}

/**
 * For software adapters. MobileNet v1 at batch 8 in Dawn on SwiftShader, with ReLU6, processor time on a busy machine (so
 * compare within a line; two cores share it): 112×112×32 `vec4-32-8` 35 ms, `vec4-4-64` 53; 14×14×512 7.5 and 13.7; 7×7×1024 4.0
 * and 6.6: 0.7 to 0.9 GB/s of processor time. Two rows at a time are slower: 41 ms for the first.
 */
const longRuns = variant(4, 32, 8);
/** For GPUs. */
const shortRuns = variant(4, 4, 64);
const anySize = variant(1, 16, 32);

/** `[…, C]`, `[2, C]`, `[C]`, `[C]` → `[…, C]`. */
export const batchNormalize: Kernel<NormalizationProblem> = {
  name: 'batch_normalize',
  formula: 'y[r, c] = (x[r, c] − mean[c]) · scale[c] / √(variance[c] + ε) + shift[c]',
  variants: [longRuns, shortRuns, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? longRuns : shortRuns;
    return preferred.supports(problem, target) ? preferred : anySize;
  },
  cost(problem) {
    const after = epilogueCost(problem, operandCount);
    const operands = problem.inputs.slice(0, operandCount);
    return {
      operations: 3 * elementCount(problem.output.shape) + after.operations,
      bytesRead: operands.reduce((bytes, operand) => bytes + byteLength(operand), after.bytesRead),
      bytesWritten: byteLength(problem.output),
    };
  },
};
