/**
 * One row of a tensor: a copy of a part of it.
 *
 * Shapes: x `[N, …]` → `[…]`.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { sizesCode } from './sizes.ts';
import { byteLength, directives, elementCount, storable, unsizedArrayType } from './storage.ts';

/** Which row. */
export interface RowProblem extends KernelProblem {
  readonly index: number;
}

const width = 64;

const scalar: KernelVariant<RowProblem> = {
  name: `scalar-${width}`,
  supports: (problem, target) =>
    problem.epilogue.length === 0 &&
    problem.inputs[0]!.dataType !== 'uint8' &&
    storable(problem, target) &&
    target.maxComputeInvocationsPerWorkgroup >= width,
  build(problem) {
    const count = elementCount(problem.output.shape);
    const { workgroups, rowLength } = gridOfInvocations(count, width);
    const sizes = sizesCode(2, { count, start: problem.index * count, row_length: rowLength });
    const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read_write> y: ${unsizedArrayType(problem.output)};
${sizes.declaration}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * sizes.row_length + invocation.x;
  if (index >= sizes.count) { return; }
  y[index] = x[sizes.start + index];
}
`;
    return { wgsl: source, sizes: sizes.values, workgroupSize: [width, 1, 1], workgroups };
  },
};

/** `[N, …]` → `[…]`. */
export const row: Kernel<RowProblem> = {
  name: 'row',
  formula: 'y[…] = x[index, …]',
  variants: [scalar],
  defaultVariant: () => scalar,
  cost: ({ output }) => ({ operations: 0, bytesRead: byteLength(output), bytesWritten: byteLength(output) }),
};
