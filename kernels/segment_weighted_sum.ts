/**
 * The weighted sum of the rows of each set of a ragged batch.
 *
 * Source: Yang et al., "Neural Aggregation Network for Video Face Recognition" (CVPR 2017), equation 1.
 *
 * Shapes: w `[N]`, x `[N, K]`, offsets `uint32 [B + 1]` → y `[B, K]`, 0 for an empty set.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { setRows } from './offsets.ts';
import { arrayType, byteLength, directives, elementType, type Lanes, realType, storable } from './storage.ts';

function sizes({ inputs }: KernelProblem): { capacity: number; features: number; sets: number } {
  const [capacity, features] = inputs[1]!.shape as [number, number];
  return { capacity, features, sets: inputs[2]!.shape[0]! - 1 };
}

/** One thread computes one column of one set: neighbours read neighbouring columns, no barriers. */
function columnVariant(lanes: Lanes): KernelVariant {
  return {
    name: lanes === 4 ? 'column-vec4' : 'column',
    supports: (problem, target) =>
      problem.epilogue.length === 0 && sizes(problem).features % lanes === 0 && storable(problem, target),
    build(problem) {
      const { capacity, features, sets } = sizes(problem);
      const [w, x, offsets] = problem.inputs;
      const across = features / lanes;
      const workgroupSize = 64;
      const { workgroups, rowLength } = gridOfInvocations(sets * across, workgroupSize);
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> w: ${arrayType(w!)};
@group(0) @binding(1) var<storage, read> x: ${arrayType(x!, lanes)};
@group(0) @binding(2) var<storage, read> offsets: ${arrayType(offsets!)};
@group(0) @binding(3) var<storage, read_write> y: ${arrayType(problem.output, lanes)};
${setRows(capacity)}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${sets * across}u) { return; }
  let column = index % ${across}u;
  let rows = set_rows(index / ${across}u);
  // Short runs keep the rounding of large sets small.
  var total = ${real}(0.0);
  for (var run = rows.x; run < rows.y; run += 32u) {
    var part = ${real}(0.0);
    for (var row = run; row < min(run + 32u, rows.y); row++) {
      part += f32(w[row]) * ${real}(x[row * ${across}u + column]);
    }
    total += part;
  }
  y[index] = ${elementType(problem.output.dataType, lanes)}(total);
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

const vectorColumn = columnVariant(4);
const scalarColumn = columnVariant(1);

/** `[N]`, `[N, K]`, `[B + 1]` → `[B, K]`. The cost is that of a full capacity: counts are data. */
export const segmentWeightedSum: Kernel = {
  name: 'segment_weighted_sum',
  formula: 'y[b, k] = Σ_{m in set b} w[m] · x[m, k]',
  variants: [vectorColumn, scalarColumn],
  defaultVariant: (problem, target) => (vectorColumn.supports(problem, target) ? vectorColumn : scalarColumn),
  cost(problem) {
    const { capacity, features } = sizes(problem);
    return {
      operations: 2 * capacity * features,
      bytesRead: problem.inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(problem.output),
    };
  },
};
