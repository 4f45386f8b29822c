/**
 * Attention scores: how much each row of a ragged batch interests the query of its set.
 *
 * Source: Yang et al., "Neural Aggregation Network for Video Face Recognition" (CVPR 2017), equation 2.
 *
 * Shapes: x `[N, K]`, q `[K]` or `[B, K]`, offsets `uint32 [B + 1]` → e `[N]`, 0 in rows of no set.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { setOfRow } from './offsets.ts';
import { arrayType, byteLength, directives, elementType, type Lanes, realType, storable } from './storage.ts';

/** What both variants bake in. */
function constants({ inputs }: KernelProblem) {
  const [rows, features] = inputs[0]!.shape as [number, number];
  return { rows, features, sets: inputs[2]!.shape[0]! - 1, queryForEachSet: inputs[1]!.shape.length === 2 };
}

function bindings(problem: KernelProblem, lanes: Lanes): string {
  const [x, q, offsets] = problem.inputs;
  return wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(x!, lanes)};
@group(0) @binding(1) var<storage, read> q: ${arrayType(q!, lanes)};
@group(0) @binding(2) var<storage, read> offsets: ${arrayType(offsets!)};
@group(0) @binding(3) var<storage, read_write> e: ${arrayType(problem.output)};
${setOfRow(constants(problem).sets)}`;
}

function supports(problem: KernelProblem, lanes: Lanes): boolean {
  return problem.epilogue.length === 0 && constants(problem).features % lanes === 0;
}

/** One thread computes one score: no barriers. */
function rowVariant(lanes: Lanes): KernelVariant {
  return {
    name: lanes === 4 ? 'row-vec4' : 'row',
    supports: (problem, target) => supports(problem, lanes) && storable(problem, target),
    build(problem) {
      const { rows, features, sets, queryForEachSet } = constants(problem);
      const across = features / lanes;
      const workgroupSize = 8;
      const { workgroups, rowLength } = gridOfInvocations(rows, workgroupSize);
      const real = realType(lanes);
      const source = wgsl`${bindings(problem, lanes)}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let row = invocation.y * ${rowLength}u + invocation.x;
  if (row >= ${rows}u) { return; }
  let set_index = set_of_row(row);
  var score = 0.0;
  if (set_index < ${sets}u) {
#if ${queryForEachSet}
    let query = set_index * ${across}u;
#else
    let query = 0u;
#endif
    let start = row * ${across}u;
    // Short runs keep the rounding of long rows small.
    var total = ${real}(0.0);
    for (var run = 0u; run < ${across}u; run += 32u) {
      var part = ${real}(0.0);
      for (var k = run; k < min(run + 32u, ${across}u); k++) {
        part += ${real}(x[start + k]) * ${real}(q[query + k]);
      }
      total += part;
    }
#if ${lanes === 4}
    score = (total.x + total.y) + (total.z + total.w);
#else
    score = total;
#endif
  }
  e[row] = ${elementType(problem.output.dataType, 1)}(score);
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

/** Sixty-four threads share a score. */
function workgroupVariant(lanes: Lanes): KernelVariant {
  const threads = 64;
  return {
    name: lanes === 4 ? `workgroup-${threads}-vec4` : `workgroup-${threads}`,
    supports: (problem, target) =>
      supports(problem, lanes) &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= threads,
    build(problem) {
      const { rows, features, sets, queryForEachSet } = constants(problem);
      const across = features / lanes;
      const { workgroups, rowLength } = gridOfWorkgroups(rows);
      const real = realType(lanes);
      const source = wgsl`${bindings(problem, lanes)}

var<workgroup> partial: array<f32, ${threads}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroup.y * ${rowLength}u + workgroup.x;
  let set_index = set_of_row(row);
  var total = ${real}(0.0);
  if (row < ${rows}u && set_index < ${sets}u) {
#if ${queryForEachSet}
    let query = set_index * ${across}u;
#else
    let query = 0u;
#endif
    for (var k = local; k < ${across}u; k += ${threads}u) {
      total += ${real}(x[row * ${across}u + k]) * ${real}(q[query + k]);
    }
  }
#if ${lanes === 4}
  partial[local] = (total.x + total.y) + (total.z + total.w);
#else
  partial[local] = total;
#endif
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { partial[local] += partial[local + half]; }
  }
  if (row < ${rows}u && local == 0u) {
    e[row] = ${elementType(problem.output.dataType, 1)}(partial[0]);
  }
}
`;
      return { wgsl: source, workgroupSize: [threads, 1, 1], workgroups };
    },
  };
}

const vectorRow = rowVariant(4);
const scalarRow = rowVariant(1);
const vectorWorkgroup = workgroupVariant(4);
const scalarWorkgroup = workgroupVariant(1);

/** `[N, K]`, `[K]` or `[B, K]`, `[B + 1]` → `[N]`. The cost is that of a full capacity: counts are data. */
export const attentionScores: Kernel = {
  name: 'attention_scores',
  formula: 'e[m] = Σ_k q[b, k] · x[m, k] for m in set b, 0 in rows of no set',
  variants: [vectorRow, scalarRow, vectorWorkgroup, scalarWorkgroup],
  defaultVariant(problem, target) {
    const rowFirst = target.software || constants(problem).features < 64;
    const preferred = rowFirst ? [vectorRow] : [vectorWorkgroup, scalarWorkgroup, vectorRow];
    return preferred.find((variant) => variant.supports(problem, target)) ?? scalarRow;
  },
  cost(problem) {
    const { rows, features } = constants(problem);
    return {
      operations: 2 * rows * features,
      bytesRead: problem.inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(problem.output),
    };
  },
};
