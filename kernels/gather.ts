/**
 * Rows of a table, picked by their numbers: embeddings.
 *
 * Shapes: table `[N, K]`, indices `uint32 [M]` → y `[M, K]`. Indices are data: what lies beyond the table reads its last row.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelVariant } from './kernel.ts';
import { arrayType, byteLength, directives, elementType, type Lanes, realType, storable } from './storage.ts';

/** One thread copies an element, or four neighbouring ones of a row. */
function elementVariant(lanes: Lanes): KernelVariant {
  return {
    name: lanes === 4 ? 'vec4' : 'scalar',
    supports: (problem, target) =>
      problem.epilogue.length === 0 && problem.output.shape[1]! % lanes === 0 && storable(problem, target),
    build(problem) {
      const { inputs, output } = problem;
      const [count, features] = output.shape as [number, number];
      const across = features / lanes;
      const workgroupSize = 64;
      const { workgroups, rowLength } = gridOfInvocations(count * across, workgroupSize);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> rows: ${arrayType(inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read> indices: ${arrayType(inputs[1]!)};
@group(0) @binding(2) var<storage, read_write> y: ${arrayType(output, lanes)};

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${count * across}u) { return; }
  let row = min(indices[index / ${across}u], ${inputs[0]!.shape[0]! - 1}u);
  y[index] = ${elementType(output.dataType, lanes)}(${realType(lanes)}(rows[row * ${across}u + index % ${across}u]));
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

const vector = elementVariant(4);
const scalar = elementVariant(1);

/** `[N, K]`, `[M]` → `[M, K]`. */
export const gather: Kernel = {
  name: 'gather',
  formula: 'y[m, k] = table[indices[m], k]',
  variants: [vector, scalar],
  defaultVariant: (problem, target) => (vector.supports(problem, target) ? vector : scalar),
  cost: ({ inputs, output }) => ({
    operations: 0,
    // Of a table no more is read than is picked.
    bytesRead: byteLength(inputs[1]!) + Math.min(byteLength(inputs[0]!), byteLength(output)),
    bytesWritten: byteLength(output),
  }),
};
