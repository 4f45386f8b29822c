/**
 * The gradient of the softmax of each row, from its result: `∂y[c] / ∂x[d] = y[c] ([c = d] − y[d])`.
 *
 * Shapes: y `[B, C]`, dy `[B, C]` → dx `[B, C]`. Sums are taken in short runs that are then added up.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { arrayType, byteLength, directives, elementCount, elementType, storable } from './storage.ts';

function sizes({ inputs }: KernelProblem): [number, number] {
  return inputs[0]!.shape as [number, number];
}

function declarations(problem: KernelProblem): string {
  return `${directives(problem)}
@group(0) @binding(0) var<storage, read> y: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read> dy: ${arrayType(problem.inputs[1]!)};
@group(0) @binding(2) var<storage, read_write> dx: ${arrayType(problem.output)};`;
}

/** One thread computes one row: no barriers. */
const rowVariant: KernelVariant = {
  name: 'row',
  supports: (problem, target) => problem.epilogue.length === 0 && storable(problem, target),
  build(problem) {
    const [rows, classes] = sizes(problem);
    const workgroupSize = 4;
    const { workgroups, rowLength } = gridOfInvocations(rows, workgroupSize);
    const source = wgsl`${declarations(problem)}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let row = invocation.y * ${rowLength}u + invocation.x;
  if (row >= ${rows}u) { return; }
  let start = row * ${classes}u;
  var total = 0.0;
  for (var run = 0u; run < ${classes}u; run += 32u) {
    var part = 0.0;
    for (var c = run; c < min(run + 32u, ${classes}u); c++) { part += f32(y[start + c]) * f32(dy[start + c]); }
    total += part;
  }
  for (var c = 0u; c < ${classes}u; c++) {
    dx[start + c] = ${elementType(problem.output.dataType, 1)}(f32(y[start + c]) * (f32(dy[start + c]) - total));
  }
}
`;
    return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
  },
};

/** One workgroup computes one row. */
const workgroupVariant: KernelVariant = {
  name: 'workgroup-64',
  supports: (problem, target) =>
    problem.epilogue.length === 0 &&
    storable(problem, target) &&
    target.maxComputeInvocationsPerWorkgroup >= 64,
  build(problem) {
    const [rows, classes] = sizes(problem);
    const threads = 64;
    const { workgroups, rowLength } = gridOfWorkgroups(rows);
    const source = wgsl`${declarations(problem)}

var<workgroup> sums: array<f32, ${threads}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroup.y * ${rowLength}u + workgroup.x;
  // The grid may end with workgroups of no row; they repeat the last one up to the store, as barriers need all.
  let start = min(row, ${rows - 1}u) * ${classes}u;
  var total = 0.0;
  for (var c = local; c < ${classes}u; c += ${threads}u) { total += f32(y[start + c]) * f32(dy[start + c]); }
  sums[local] = total;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { sums[local] += sums[local + half]; }
  }
  workgroupBarrier();
  total = sums[0];
  if (row >= ${rows}u) { return; }
  for (var c = local; c < ${classes}u; c += ${threads}u) {
    dx[start + c] = ${elementType(problem.output.dataType, 1)}(f32(y[start + c]) * (f32(dy[start + c]) - total));
  }
}
`;
    return { wgsl: source, workgroupSize: [threads, 1, 1], workgroups };
  },
};

/** `[B, C]`, `[B, C]` → `[B, C]`. */
export const softmaxGradient: Kernel = {
  name: 'softmax_gradient',
  formula: 'dx[b, c] = y[b, c] (dy[b, c] − Σ_d y[b, d] dy[b, d])',
  variants: [rowVariant, workgroupVariant],
  defaultVariant(problem, target) {
    const rowFirst = target.software || sizes(problem)[1] < 32;
    return !rowFirst && workgroupVariant.supports(problem, target) ? workgroupVariant : rowVariant;
  },
  cost({ inputs, output }) {
    return {
      operations: 4 * elementCount(output.shape),
      bytesRead: inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(output),
    };
  },
};
