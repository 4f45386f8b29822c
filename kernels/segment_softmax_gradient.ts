/**
 * The gradient of the softmax within each set of a ragged batch, from its result.
 *
 * Source: the derivative of equation 3 of Yang et al., "Neural Aggregation Network for Video Face Recognition" (CVPR
 * 2017): `∂w[m] / ∂e[j] = w[m] ([m = j] − w[j])`.
 *
 * Shapes: w `[N]`, dw `[N]`, offsets `uint32 [B + 1]` → de `[N]`, 0 in rows of no set. Sums are taken in short runs that
 * are then added up.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { clearRowsOfNoSet, setRows } from './offsets.ts';
import { arrayType, byteLength, directives, elementType, storable } from './storage.ts';

function sizes({ inputs }: KernelProblem): { capacity: number; sets: number } {
  return { capacity: inputs[0]!.shape[0]!, sets: inputs[2]!.shape[0]! - 1 };
}

function declarations(problem: KernelProblem): string {
  const [w, dw, offsets] = problem.inputs;
  return wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> w: ${arrayType(w!)};
@group(0) @binding(1) var<storage, read> dw: ${arrayType(dw!)};
@group(0) @binding(2) var<storage, read> offsets: ${arrayType(offsets!)};
@group(0) @binding(3) var<storage, read_write> de: ${arrayType(problem.output)};
${setRows(sizes(problem).capacity)}`;
}

/** One thread computes one set, a last one the rows of no set: no barriers. */
const setVariant: KernelVariant = {
  name: 'set',
  supports: (problem, target) => problem.epilogue.length === 0 && storable(problem, target),
  build(problem) {
    const { capacity, sets } = sizes(problem);
    const workgroupSize = 4;
    const { workgroups, rowLength } = gridOfInvocations(sets + 1, workgroupSize);
    const output = elementType(problem.output.dataType, 1);
    const source = wgsl`${declarations(problem)}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let set_index = invocation.y * ${rowLength}u + invocation.x;
  if (set_index > ${sets}u) { return; }
  if (set_index == ${sets}u) {
    for (var row = 0u; row < min(offsets[0], ${capacity}u); row++) { de[row] = ${output}(0.0); }
    for (var row = offsets[${sets}u]; row < ${capacity}u; row++) { de[row] = ${output}(0.0); }
    return;
  }
  let rows = set_rows(set_index);
  var total = 0.0;
  for (var run = rows.x; run < rows.y; run += 32u) {
    var part = 0.0;
    for (var row = run; row < min(run + 32u, rows.y); row++) { part += f32(w[row]) * f32(dw[row]); }
    total += part;
  }
  for (var row = rows.x; row < rows.y; row++) {
    de[row] = ${output}(f32(w[row]) * (f32(dw[row]) - total));
  }
}
`;
    return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
  },
};

/** One workgroup computes one set, a last one the rows of no set. */
const workgroupVariant: KernelVariant = {
  name: 'workgroup-64',
  supports: (problem, target) =>
    problem.epilogue.length === 0 &&
    storable(problem, target) &&
    target.maxComputeInvocationsPerWorkgroup >= 64,
  build(problem) {
    const { capacity, sets } = sizes(problem);
    const threads = 64;
    const { workgroups, rowLength } = gridOfWorkgroups(sets + 1);
    const output = elementType(problem.output.dataType, 1);
    const source = wgsl`${declarations(problem)}

var<workgroup> shared_values: array<f32, ${threads}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let set_index = workgroup.y * ${rowLength}u + workgroup.x;
  // Barriers need all threads, so those of no set go through them with an empty range.
  var rows = vec2<u32>(0u);
  if (set_index < ${sets}u) { rows = set_rows(set_index); }
  if (set_index == ${sets}u) {
${clearRowsOfNoSet(`de[row] = ${output}(0.0);`, { sets, capacity, threads })}
  }
  var total = 0.0;
  for (var row = rows.x + local; row < rows.y; row += ${threads}u) {
    total += f32(w[row]) * f32(dw[row]);
  }
  shared_values[local] = total;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { shared_values[local] += shared_values[local + half]; }
  }
  workgroupBarrier();
  total = shared_values[0];
  for (var row = rows.x + local; row < rows.y; row += ${threads}u) {
    de[row] = ${output}(f32(w[row]) * (f32(dw[row]) - total));
  }
}
`;
    return { wgsl: source, workgroupSize: [threads, 1, 1], workgroups };
  },
};

/** `[N]`, `[N]`, `[B + 1]` → `[N]`. The cost is that of a full capacity: counts are data. */
export const segmentSoftmaxGradient: Kernel = {
  name: 'segment_softmax_gradient',
  formula: 'de[m] = w[m] (dw[m] − Σ_j w[j] dw[j]), j in the set of m; 0 in rows of no set',
  variants: [setVariant, workgroupVariant],
  defaultVariant(problem, target) {
    const alone = target.software || !workgroupVariant.supports(problem, target);
    return alone ? setVariant : workgroupVariant;
  },
  cost({ inputs, output }) {
    return {
      operations: 4 * inputs[0]!.shape[0]!,
      bytesRead: inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(output),
    };
  },
};
