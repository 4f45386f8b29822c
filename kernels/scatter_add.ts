/**
 * Rows added up where their numbers say: the gradient of `gather`.
 *
 * Shapes: dy `[M, K]`, indices `uint32 [M]` → y `[N, K]`. Each row of y looks through all indices, in order, so there are no
 * atomics, and every run gives the same bits. Indices are data: what lies beyond the table is added nowhere.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelVariant } from './kernel.ts';
import {
  arrayType,
  byteLength,
  directives,
  elementCount,
  elementType,
  type Lanes,
  realType,
  storable,
} from './storage.ts';

/** @param threads that share a row of y, each with columns of its own; 1: each thread has a row of its own */
function rowVariant(lanes: Lanes, threads: 1 | 64): KernelVariant {
  const vectors = lanes === 4 ? '-vec4' : '';
  return {
    name: threads === 1 ? `row${vectors}` : `workgroup-${threads}${vectors}`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 && problem.output.shape[1]! % lanes === 0 && storable(problem, target),
    build(problem) {
      const { inputs, output } = problem;
      const [rows, features] = output.shape as [number, number];
      const across = features / lanes;
      const workgroupSize = threads === 1 ? 8 : threads;
      const { workgroups, rowLength } =
        threads === 1 ? gridOfInvocations(rows, workgroupSize) : gridOfWorkgroups(rows);
      const real = realType(lanes);
      const result = elementType(output.dataType, lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> dy: ${arrayType(inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read> indices: ${arrayType(inputs[1]!)};
@group(0) @binding(2) var<storage, read_write> y: ${arrayType(output, lanes)};

@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(global_invocation_id) invocation: vec3<u32>,
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
#if ${threads === 1}
  let row = invocation.y * ${rowLength}u + invocation.x;
  let first = 0u;
#else
  let row = workgroup.y * ${rowLength}u + workgroup.x;
  let first = thread;
#endif
  if (row >= ${rows}u) { return; }
  let start = row * ${across}u;
  for (var k = first; k < ${across}u; k += ${threads}u) { y[start + k] = ${result}(0.0); }
  for (var m = 0u; m < ${inputs[1]!.shape[0]!}u; m++) {
    if (indices[m] != row) { continue; }
    for (var k = first; k < ${across}u; k += ${threads}u) {
      y[start + k] = ${result}(${real}(y[start + k]) + ${real}(dy[m * ${across}u + k]));
    }
  }
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

const vectorRow = rowVariant(4, 1);
const scalarRow = rowVariant(1, 1);
const vectorWorkgroup = rowVariant(4, 64);
const scalarWorkgroup = rowVariant(1, 64);

/** `[M, K]`, `[M]` → `[N, K]`. */
export const scatterAdd: Kernel = {
  name: 'scatter_add',
  formula: 'y[n, k] = Σ dy[m, k] over all m with indices[m] = n',
  variants: [vectorRow, scalarRow, vectorWorkgroup, scalarWorkgroup],
  defaultVariant(problem, target) {
    const rowFirst = target.software || problem.output.shape[1]! < 32;
    const preferred = rowFirst ? [vectorRow] : [vectorWorkgroup, scalarWorkgroup];
    return preferred.find((variant) => variant.supports(problem, target)) ?? scalarRow;
  },
  cost: ({ inputs, output }) => ({
    operations: elementCount(inputs[0]!.shape),
    bytesRead: inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
    bytesWritten: byteLength(output),
  }),
};
