/**
 * Product `xᵀ y` of long operands with a small result, on a machine with many threads: the threads of a workgroup share
 * out the inner size M among them, in `slices`, then add up through workgroup memory, always in the same order.
 *
 * A workgroup computes 4 · `down` rows × 4 · `across` columns; of each slice, `down × across` threads compute four rows ×
 * four columns each of every `slices`-th m.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { gridOfWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, storable } from '../storage.ts';
import { components, unroll } from '../unroll.ts';
import { takesVectors } from './layout.ts';
import { storeTile } from './output-code.ts';
import { type MatmulProblem, operandCount } from './sizes.ts';
import { transposedLeft } from './transposed-left.ts';

/** Needs K and N divisible by 4. All sizes of the tile are powers of two. */
export function slicedTile(down: number, across: number, slices: number): KernelVariant<MatmulProblem> {
  const places = down * across;
  const threads = places * slices;
  return {
    name: `sliced-${4 * down}x${4 * across}x${slices}-vec4`,
    registerTile: '4×1 vec4',
    supports: (problem, target) =>
      takesVectors(transposedLeft, problem) &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= threads &&
      target.maxComputeWorkgroupStorageSize >= 16 * threads,
    build(problem) {
      const { rows, inner, columns } = transposedLeft.sizes(problem);
      const vectors = columns / 4;
      const tilesAcross = Math.ceil(vectors / across);
      const tiles = tilesAcross * Math.ceil(rows / (4 * down));
      const { workgroups, rowLength } = gridOfWorkgroups(tiles);
      const epilogue = epilogueCode(problem, operandCount, 4);
      const store = storeTile(
        {
          rows: 4,
          columns: 1,
          stride: 1,
          output: { rows: `${rows}u`, columns: `${vectors}u` },
          exactRows: true,
          exactColumns: true,
        },
        epilogue,
      );
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, 4)};
${epilogue.declarations}
var<workgroup> parts: array<vec4<f32>, ${threads}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let tile = workgroup.y * ${rowLength}u + workgroup.x;
  if (tile >= ${tiles}u) { return; }
  let place = thread % ${places}u;
  let row_vector = tile / ${tilesAcross}u * ${down}u + place / ${across}u;
  let row = 4u * row_vector;
  let column = tile % ${tilesAcross}u * ${across}u + place % ${across}u;
  let x_row = min(row_vector, ${rows / 4 - 1}u);
  let column_0 = min(column, ${vectors - 1}u);
${unroll(4, (r) => `  var sum_${r}_0 = vec4<f32>();`)}
  for (var m = thread / ${places}u; m < ${inner}u; m += ${slices}u) {
    let x_value = vec4<f32>(x[m * ${rows / 4}u + x_row]);
    let w_value = vec4<f32>(w[m * ${vectors}u + column_0]);
${unroll(4, (r) => `    sum_${r}_0 += x_value.${components[r]} * w_value;`)}
  }
${unroll(
  4,
  (r) => `  parts[thread] = sum_${r}_0;
  for (var half = ${threads / 2}u; half >= ${places}u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { parts[thread] += parts[thread + half]; }
  }
  sum_${r}_0 = parts[thread];
  workgroupBarrier();`,
)}
  if (thread >= ${places}u || row >= ${rows}u || column >= ${vectors}u) { return; }
${store}
}
`;
      return { wgsl: source, workgroupSize: [threads, 1, 1], workgroups };
    },
  };
}
