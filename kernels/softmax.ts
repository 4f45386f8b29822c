/**
 * Softmax of each row.
 *
 * Source: Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs" (1990), with the
 * row's maximum subtracted, after which no exponential exceeds 1 and the sum is at least 1.
 *
 * Shapes: x `[B, C]` → y `[B, C]`. Sums are taken in short runs that are then added up, so that rounding stays near
 * one unit for rows of thousands.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { exponentialOfDifference } from './exponential.ts';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { arrayType, byteLength, directives, elementType, type Lanes, realType, storable } from './storage.ts';

function sizes({ inputs }: KernelProblem): [number, number] {
  return inputs[0]!.shape as [number, number];
}

/** One thread computes one row: no barriers. */
function rowVariant(lanes: Lanes): KernelVariant {
  return {
    name: lanes === 4 ? 'row-vec4' : 'row',
    supports: (problem, target) =>
      problem.epilogue.length === 0 && sizes(problem)[1] % lanes === 0 && storable(problem, target),
    build(problem) {
      const [rows, classes] = sizes(problem);
      const across = classes / lanes;
      const workgroupSize = 4;
      const { workgroups, rowLength } = gridOfInvocations(rows, workgroupSize);
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read_write> y: ${arrayType(problem.output, lanes)};
${exponentialOfDifference(lanes)}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let row = invocation.y * ${rowLength}u + invocation.x;
  if (row >= ${rows}u) { return; }
  let start = row * ${across}u;
  var largest = ${real}(x[start]);
  for (var c = 1u; c < ${across}u; c++) {
    largest = max(largest, ${real}(x[start + c]));
  }
#if ${lanes === 4}
  let pairs = max(largest.xy, largest.zw);
  largest = vec4<f32>(max(pairs.x, pairs.y));
#endif
  var total = ${real}(0.0);
  for (var run = 0u; run < ${across}u; run += 32u) {
    var part = ${real}(0.0);
    for (var c = run; c < min(run + 32u, ${across}u); c++) {
      part += exponential_of_difference(${real}(x[start + c]), largest);
    }
    total += part;
  }
#if ${lanes === 4}
  total = vec4<f32>((total.x + total.y) + (total.z + total.w));
#endif
  for (var c = 0u; c < ${across}u; c++) {
    y[start + c] = ${elementType(problem.output.dataType, lanes)}(
      exponential_of_difference(${real}(x[start + c]), largest) / total);
  }
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

/** One workgroup computes one row. */
function workgroupVariant(threads: number): KernelVariant {
  return {
    name: `workgroup-${threads}`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= threads,
    build(problem) {
      const [rows, classes] = sizes(problem);
      const { workgroups, rowLength } = gridOfWorkgroups(rows);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read_write> y: ${arrayType(problem.output)};

var<workgroup> shared_values: array<f32, ${threads}>;
${exponentialOfDifference()}

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroup.y * ${rowLength}u + workgroup.x;
  // The grid may end with workgroups of no row; they repeat the last one up to the store, as barriers need all.
  let start = min(row, ${rows - 1}u) * ${classes}u;
  var largest = f32(x[start]);
  for (var c = local; c < ${classes}u; c += ${threads}u) {
    largest = max(largest, f32(x[start + c]));
  }
  shared_values[local] = largest;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) {
      shared_values[local] = max(shared_values[local], shared_values[local + half]);
    }
  }
  workgroupBarrier();
  largest = shared_values[0];
  workgroupBarrier();

  var total = 0.0;
  for (var c = local; c < ${classes}u; c += ${threads}u) {
    total += exponential_of_difference(f32(x[start + c]), largest);
  }
  shared_values[local] = total;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) {
      shared_values[local] += shared_values[local + half];
    }
  }
  workgroupBarrier();
  total = shared_values[0];

  if (row < ${rows}u) {
    for (var c = local; c < ${classes}u; c += ${threads}u) {
      y[start + c] = ${elementType(problem.output.dataType, 1)}(
        exponential_of_difference(f32(x[start + c]), largest) / total);
    }
  }
}
`;
      return { wgsl: source, workgroupSize: [threads, 1, 1], workgroups };
    },
  };
}

const vectorRow = rowVariant(4);
const scalarRow = rowVariant(1);
const smallWorkgroup = workgroupVariant(64);
const largeWorkgroup = workgroupVariant(256);

/** `[B, C]` → `[B, C]`. */
export const softmax: Kernel = {
  name: 'softmax',
  formula: 'y[b, c] = exp(x[b, c] − max_c x[b, c]) / Σ_c exp(x[b, c] − max_c x[b, c])',
  variants: [vectorRow, scalarRow, smallWorkgroup, largeWorkgroup],
  defaultVariant(problem, target) {
    const classes = sizes(problem)[1];
    const rowFirst = target.software || classes < 32;
    const workgroupsFirst = classes > 512 ? [largeWorkgroup, smallWorkgroup] : [smallWorkgroup];
    const preferred = rowFirst ? [vectorRow, scalarRow] : [...workgroupsFirst, vectorRow];
    return preferred.find((variant) => variant.supports(problem, target)) ?? scalarRow;
  },
  cost({ inputs, output }) {
    const [rows, classes] = inputs[0]!.shape as [number, number];
    // A comparison, two subtractions with exponential, an addition and a division an element.
    return {
      operations: rows * classes * 7,
      bytesRead: byteLength(inputs[0]!),
      bytesWritten: byteLength(output),
    };
  },
};
