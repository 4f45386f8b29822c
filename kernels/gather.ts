/**
 * Rows of a table, picked by their numbers, and its gradient, which adds rows up where their numbers say.
 *
 * Shapes: gather takes a table `[N, K]` and indices `uint32 [M]` → y `[M, K]`; scatter_add takes dy `[M, K]` and indices
 * `uint32 [M]` → y `[N, K]`. Indices are data: what lies beyond the table reads its last row, and is added nowhere.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
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

/** One thread computes an element of y, or four neighbouring ones of a row. WGSL `result` has `row` and `column`. */
function elementVariant(
  lanes: Lanes,
  result: (problem: KernelProblem, lanes: Lanes) => string,
): KernelVariant {
  return {
    name: lanes === 4 ? 'vec4' : 'scalar',
    supports: (problem, target) =>
      problem.epilogue.length === 0 && problem.output.shape[1]! % lanes === 0 && storable(problem, target),
    build(problem) {
      const { inputs, output } = problem;
      const [rows, features] = output.shape as [number, number];
      const across = features / lanes;
      const workgroupSize = 64;
      const { workgroups, rowLength } = gridOfInvocations(rows * across, workgroupSize);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read> indices: ${arrayType(inputs[1]!)};
@group(0) @binding(2) var<storage, read_write> y: ${arrayType(output, lanes)};

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${rows * across}u) { return; }
  let row = index / ${across}u;
  let column = index % ${across}u;
  var result = ${realType(lanes)}(0.0);
  ${result(problem, lanes)}
  y[index] = ${elementType(output.dataType, lanes)}(result);
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

function kernelOf(
  name: string,
  formula: string,
  result: (problem: KernelProblem, lanes: Lanes) => string,
  operations: (problem: KernelProblem) => number,
): Kernel {
  const vector = elementVariant(4, result);
  const scalar = elementVariant(1, result);
  return {
    name,
    formula,
    variants: [vector, scalar],
    defaultVariant: (problem, target) => (vector.supports(problem, target) ? vector : scalar),
    cost: (problem) => ({
      operations: operations(problem),
      // Of a table no more is read than is picked.
      bytesRead:
        byteLength(problem.inputs[1]!) + Math.min(byteLength(problem.inputs[0]!), byteLength(problem.output)),
      bytesWritten: byteLength(problem.output),
    }),
  };
}

/** `[N, K]`, `[M]` → `[M, K]`. */
export const gather = kernelOf(
  'gather',
  'y[m, k] = table[indices[m], k]',
  ({ inputs }, lanes) => {
    const [rows, features] = inputs[0]!.shape as [number, number];
    return `result = ${realType(lanes)}(x[min(indices[row], ${rows - 1}u) * ${features / lanes}u + column]);`;
  },
  () => 0,
);

/**
 * `[M, K]`, `[M]` → `[N, K]`. Each element of y looks through all indices, in order: no atomics, the same bits in every run.
 */
export const scatterAdd = kernelOf(
  'scatter_add',
  'y[n, k] = Σ dy[m, k] over all m with indices[m] = n',
  ({ inputs }, lanes) => {
    const [count, features] = inputs[0]!.shape as [number, number];
    return `for (var m = 0u; m < ${count}u; m++) {
    if (indices[m] == row) { result += ${realType(lanes)}(x[m * ${features / lanes}u + column]); }
  }`;
  },
  ({ inputs }) => elementCount(inputs[0]!.shape),
);
