/**
 * Matrix product of few rows on a machine with many threads: the threads of a workgroup share out K among them, then
 * add up through workgroup memory.
 *
 * A workgroup computes one row × `width` columns; its `slices` rows of threads each take every `slices`-th k.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { gridOfWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, storable } from '../storage.ts';
import type { MatmulLayout } from './layout.ts';
import { plain } from './plain.ts';
import { type MatmulProblem, operandCount } from './sizes.ts';

/** Takes any sizes. `slices` is a power of two. */
export function splitInner(
  width: number,
  slices: number,
  layout: MatmulLayout = plain,
): KernelVariant<MatmulProblem> {
  return {
    name: `split-inner-${width}x${slices}`,
    supports: (problem, target) =>
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= width * slices &&
      target.maxComputeWorkgroupStorageSize >= 4 * width * slices,
    build(problem) {
      const sizes = layout.sizes(problem);
      const { rows, inner, columns } = sizes;
      const [xRow, xInner, wInner, wColumn] = layout.strides(sizes);
      const across = Math.ceil(columns / width);
      const { workgroups, rowLength } = gridOfWorkgroups(across * rows);
      const { declarations, outputBinding } = epilogueCode(problem, operandCount, 1);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output)};
${declarations}
var<workgroup> sums: array<f32, ${width * slices}>;

@compute @workgroup_size(${width}, ${slices})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let tile = workgroup.y * ${rowLength}u + workgroup.x;
  if (tile >= ${across * rows}u) { return; }
  let row = tile / ${across}u;
  let column = tile % ${across}u * ${width}u + local.x;
  let w_column = min(column, ${columns - 1}u);
  var sum = 0.0;
  for (var k = local.y; k < ${inner}u; k += ${slices}u) {
    sum += f32(x[row * ${xRow}u + k * ${xInner}u]) * f32(w[k * ${wInner}u + w_column * ${wColumn}u]);
  }
  let place = local.y * ${width}u + local.x;
  sums[place] = sum;
  for (var half = ${slices / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.y < half) { sums[place] += sums[place + half * ${width}u]; }
  }
  if (local.y == 0u && column < ${columns}u) {
    let index = row * ${columns}u + column;
    y[index] = epilogue(sums[place], index, column);
  }
}
`;
      return { wgsl: source, workgroupSize: [width, slices, 1], workgroups };
    },
  };
}
