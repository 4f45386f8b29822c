/**
 * The sum over all but the last axis: gradients of biases, and of what many sets share.
 *
 * Shapes: x `[…, C]` → y `[C]`; the leading sizes count as M rows. Rows are added in a fixed order: the same bits in every
 * run. Sizes are read at run time: one pipeline serves all shapes.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations, mostWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { sizesCode } from './sizes.ts';
import {
  byteLength,
  directives,
  elementCount,
  elementType,
  type Lanes,
  realType,
  storable,
  unsizedArrayType,
} from './storage.ts';

function sizesOf({ inputs, output }: KernelProblem): { rows: number; columns: number } {
  const columns = elementCount(output.shape);
  return { rows: elementCount(inputs[0]!.shape) / columns, columns };
}

function declarations({ inputs, output, ...problem }: KernelProblem, lanes: Lanes): string {
  return `${directives({ inputs, output, ...problem })}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read_write> y: ${unsizedArrayType(output, lanes)};`;
}

/** One thread computes a column, or four: no barriers. Short runs keep the rounding of many rows small. */
function columnVariant(lanes: Lanes): KernelVariant {
  return {
    name: lanes === 4 ? 'column-vec4' : 'column',
    supports: (problem, target) =>
      problem.epilogue.length === 0 && sizesOf(problem).columns % lanes === 0 && storable(problem, target),
    build(problem) {
      const { rows, columns } = sizesOf(problem);
      const across = columns / lanes;
      const workgroupSize = 16;
      const { workgroups, rowLength } = gridOfInvocations(across, workgroupSize);
      const sizes = sizesCode(2, { rows, columns: across, row_length: rowLength });
      const real = realType(lanes);
      const source = wgsl`${declarations(problem, lanes)}
${sizes.declaration}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let column = invocation.y * sizes.row_length + invocation.x;
  if (column >= sizes.columns) { return; }
  var total = ${real}(0.0);
  for (var run = 0u; run < sizes.rows; run += 32u) {
    var part = ${real}(0.0);
    for (var row = run; row < min(run + 32u, sizes.rows); row++) {
      part += ${real}(x[row * sizes.columns + column]);
    }
    total += part;
  }
  y[column] = ${elementType(problem.output.dataType, lanes)}(total);
}
`;
      return { wgsl: source, sizes: sizes.values, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

/** Of 256 threads, 16 side by side read 16 columns (or vectors of four), and 16 share their rows. */
function workgroupVariant(lanes: Lanes): KernelVariant {
  const width = 16;
  const height = 16;
  const grid = (problem: KernelProblem) => Math.ceil(sizesOf(problem).columns / lanes / width);
  return {
    name: lanes === 4 ? `workgroup-${width}x${height}-vec4` : `workgroup-${width}x${height}`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      sizesOf(problem).columns % lanes === 0 &&
      grid(problem) <= mostWorkgroups &&
      target.maxComputeInvocationsPerWorkgroup >= width * height &&
      storable(problem, target),
    build(problem) {
      const { rows, columns } = sizesOf(problem);
      const sizes = sizesCode(2, { rows, columns: columns / lanes });
      const real = realType(lanes);
      const source = wgsl`${declarations(problem, lanes)}
${sizes.declaration}

var<workgroup> sums: array<${real}, ${width * height}>;

@compute @workgroup_size(${width}, ${height})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let column = workgroup.x * ${width}u + local.x;
  var total = ${real}(0.0);
  if (column < sizes.columns) {
    for (var run = local.y; run < sizes.rows; run += ${32 * height}u) {
      var part = ${real}(0.0);
      for (var row = run; row < min(run + ${32 * height}u, sizes.rows); row += ${height}u) {
        part += ${real}(x[row * sizes.columns + column]);
      }
      total += part;
    }
  }
  sums[local.y * ${width}u + local.x] = total;
  for (var half = ${height / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.y < half) {
      sums[local.y * ${width}u + local.x] += sums[(local.y + half) * ${width}u + local.x];
    }
  }
  if (local.y == 0u && column < sizes.columns) {
    y[column] = ${elementType(problem.output.dataType, lanes)}(sums[local.x]);
  }
}
`;
      return {
        wgsl: source,
        sizes: sizes.values,
        workgroupSize: [width, height, 1],
        workgroups: [grid(problem), 1, 1],
      };
    },
  };
}

const vectorColumn = columnVariant(4);
const scalarColumn = columnVariant(1);
const vectorWorkgroup = workgroupVariant(4);
const scalarWorkgroup = workgroupVariant(1);

/** `[…, C]` → `[C]`. */
export const sumRows: Kernel = {
  name: 'sum_rows',
  formula: 'y[c] = Σ_m x[m, c]',
  variants: [vectorColumn, scalarColumn, vectorWorkgroup, scalarWorkgroup],
  defaultVariant(problem, target) {
    const columnFirst = target.software || sizesOf(problem).rows < 32;
    const preferred = columnFirst ? [vectorColumn] : [vectorWorkgroup, scalarWorkgroup, vectorColumn];
    return preferred.find((variant) => variant.supports(problem, target)) ?? scalarColumn;
  },
  cost({ inputs, output }) {
    return {
      operations: elementCount(inputs[0]!.shape),
      bytesRead: byteLength(inputs[0]!),
      bytesWritten: byteLength(output),
    };
  },
};
