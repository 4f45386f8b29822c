/** A tensor of equal elements. */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem } from './kernel.ts';
import { sizesCode } from './sizes.ts';
import { byteLength, elementCount, unsizedArrayType } from './storage.ts';

/** `value` is the element. */
export interface FillProblem extends KernelProblem {
  readonly value: number;
}

const workgroupSize = 64;

/** WGSL's spelling of a float32; it has none for what is not finite. */
function literal(number: number): string {
  if (Number.isFinite(number)) return `f32(${number})`;
  throw new Error(`A tensor cannot be filled with ${number}.`);
}

export const fill: Kernel<FillProblem> = {
  name: 'fill',
  formula: 'y = c',
  variants: [
    {
      name: 'scalar',
      supports: () => true,
      build({ output, value }) {
        const count = elementCount(output.shape);
        const grid = gridOfInvocations(count, workgroupSize);
        const sizes = sizesCode(1, { count, row_length: grid.rowLength });
        return {
          wgsl: wgsl`
@group(0) @binding(0) var<storage, read_write> y: ${unsizedArrayType(output)};
${sizes.declaration}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let i = invocation.y * sizes.row_length + invocation.x;
  if (i < sizes.count) { y[i] = ${literal(value)}; }
}
`,
          sizes: sizes.values,
          workgroupSize: [workgroupSize, 1, 1],
          workgroups: grid.workgroups,
        };
      },
    },
  ],
  defaultVariant() {
    return this.variants[0]!;
  },
  cost: ({ output }) => ({ operations: 0, bytesRead: 0, bytesWritten: byteLength(output) }),
};
