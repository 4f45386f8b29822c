/**
 * Matrix product through workgroup memory: a workgroup loads a block of x and of w once, all its threads use it.
 *
 * A workgroup of 16 × `threadRows` threads computes 4 · `threadRows` rows × 64 columns, each thread four rows × four
 * columns, in steps of sixteen k. What lies beyond the matrices is loaded as zero.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { gridOfWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, storable } from '../storage.ts';
import { unroll } from '../unroll.ts';
import { type Block, type MatmulLayout, takesVectors } from './layout.ts';
import { storeTile } from './output-code.ts';
import { plain } from './plain.ts';
import { type MatmulProblem, operandCount } from './sizes.ts';

/** Vectors of columns in a block, and threads side by side. */
const blockVectors = 16;
/** Rows of a thread. */
const tileRows = 4;
/** k in a step, as vectors of four. */
const stepVectors = 4;

/** Needs sizes that its layout reads in vectors: of x w, K and N divisible by 4. */
export function workgroupTile(
  threadRows: number,
  layout: MatmulLayout = plain,
): KernelVariant<MatmulProblem> {
  const blockRows = tileRows * threadRows;
  const threads = blockVectors * threadRows;
  const xVectors = blockRows * stepVectors;
  const wVectors = 4 * stepVectors * blockVectors;
  return {
    name: `workgroup-${blockRows}x${4 * blockVectors}-vec4`,
    registerTile: `${tileRows}×1 vec4`,
    supports: (problem, target) =>
      takesVectors(layout, problem) &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= threads &&
      target.maxComputeWorkgroupStorageSize >= 16 * (xVectors + wVectors),
    build(problem) {
      const sizes = layout.sizes(problem);
      const { rows, inner, columns } = sizes;
      const block: Block = {
        rows: blockRows,
        tileRows,
        vectors: blockVectors,
        steps: stepVectors,
        threads,
        sizes,
      };
      const { fill, products } = layout.blocks(block);
      const vectors = columns / 4;
      const across = Math.ceil(vectors / blockVectors);
      const down = Math.ceil(rows / blockRows);
      const { workgroups, rowLength } = gridOfWorkgroups(across * down);
      const exactColumns = vectors % blockVectors === 0;
      const exactRows = rows % blockRows === 0;
      const epilogue = epilogueCode(problem, operandCount, 4);
      const output = {
        rows: tileRows,
        columns: 1,
        stride: 1,
        output: { rows: `${rows}u`, columns: `${vectors}u` },
        exactRows,
        exactColumns,
      };
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, 4)};
${epilogue.declarations}
var<workgroup> x_block: array<vec4<f32>, ${xVectors}>;
var<workgroup> w_block: array<vec4<f32>, ${wVectors}>;

@compute @workgroup_size(${blockVectors}, ${threadRows})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let tile = workgroup.y * ${rowLength}u + workgroup.x;
  if (tile >= ${across * down}u) { return; }
  let block_row = tile / ${across}u * ${blockRows}u;
  let block_column = tile % ${across}u * ${blockVectors}u;
  let row = block_row + local.y * ${tileRows}u;
  let column = block_column + local.x;
  let column_0 = min(column, ${vectors - 1}u);
${unroll(tileRows, (r) => `  var sum_${r}_0 = vec4<f32>();`)}
  for (var first = 0u; first < ${Math.ceil(inner / 4)}u; first += ${stepVectors}u) {
${fill}
    workgroupBarrier();
${products}
    workgroupBarrier();
  }
${storeTile(output, epilogue)}
}
`;
      return { wgsl: source, workgroupSize: [blockVectors, threadRows, 1], workgroups };
    },
  };
}
