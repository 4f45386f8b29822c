/**
 * Matrix product whose threads lend each other what they read, four by four.
 *
 * The four threads of a quad compute the same `tileRows` rows and neighbouring columns, `tileVectors` vectors of four
 * each. Of `4 · depth` k, thread q reads x at k = q · depth … alone and gets the rest by quad swaps: in step j it
 * works on the k of thread q ⊕ j, which is what `quadSwapX`, `quadSwapY` and `quadSwapDiagonal` bring for j = 1, 2, 3.
 * So no element of x or w is read twice in a quad, and there is no barrier. The sum runs over the same k in another
 * order. All threads of a workgroup work on the same rows, so it does not matter which of them form a quad.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { gridOfWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, type Lanes, realType, storable } from '../storage.ts';
import { unroll } from '../unroll.ts';
import { storeTile, type TileOutput } from './output-code.ts';
import { type MatmulProblem, matmulSizes, operandCount } from './sizes.ts';

const components = ['x', 'y', 'z', 'w'];
const swaps = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'];

/**
 * Needs the feature `subgroups`, K divisible by 4 · depth and N by 4.
 *
 * @param depth elements of x that a thread reads at once, along K
 * @param width threads of a workgroup, side by side along N; a multiple of 4
 */
export function quadTile(
  tileRows: number,
  tileVectors: number,
  depth: Lanes,
  width: number,
): KernelVariant<MatmulProblem> {
  return {
    name: `quad-${tileRows}x${tileVectors}x${4 * depth}-vec4-${width}`,
    registerTile: `${tileRows}×${tileVectors} vec4`,
    supports(problem, target) {
      const { inner, columns } = matmulSizes(problem);
      return (
        inner % (4 * depth) === 0 &&
        columns % 4 === 0 &&
        target.features.has('subgroups') &&
        storable(problem, target) &&
        target.maxComputeInvocationsPerWorkgroup >= width
      );
    },
    build(problem) {
      const { rows, inner, columns } = matmulSizes(problem);
      const vectors = columns / 4;
      const across = Math.ceil(vectors / (tileVectors * width));
      const down = Math.ceil(rows / tileRows);
      const { workgroups, rowLength } = gridOfWorkgroups(across * down);
      const exactColumns = vectors % (tileVectors * width) === 0;
      const exactRows = rows % tileRows === 0;
      const epilogue = epilogueCode(problem, operandCount, 4);
      const output: TileOutput = {
        rows: tileRows,
        columns: tileVectors,
        stride: width,
        output: { rows, columns: vectors },
        exactRows,
        exactColumns,
      };
      const source = wgsl`enable subgroups;
${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, depth)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, 4)};
${epilogue.declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let tile = workgroup.y * ${rowLength}u + workgroup.x;
  if (tile >= ${across * down}u) { return; }
  let row = tile / ${across}u * ${tileRows}u;
  let column = tile % ${across}u * ${tileVectors * width}u + local.x;
  let q = lane & 3u;
#if ${exactRows}
${unroll(tileRows, (r) => `  let x_row_${r} = (row + ${r}u) * ${inner / depth}u + q;`)}
#else
${unroll(tileRows, (r) => `  let x_row_${r} = min(row + ${r}u, ${rows - 1}u) * ${inner / depth}u + q;`)}
#endif
#if ${exactColumns}
${unroll(tileVectors, (c) => `  let column_${c} = column + ${c * width}u;`)}
#else
${unroll(tileVectors, (c) => `  let column_${c} = min(column + ${c * width}u, ${vectors - 1}u);`)}
#endif
${unroll(tileRows, (r) => unroll(tileVectors, (c) => `  var sum_${r}_${c} = vec4<f32>();`))}
  for (var k = 0u; k < ${inner / depth}u; k += 4u) {
${unroll(tileRows, (r) => `    let x_${r} = ${realType(depth)}(x[x_row_${r} + k]);`)}
${unroll(
  4,
  (j) => `    {
${unroll(tileRows, (r) => `      let x_${r}_${j} = ${swaps[j]}(x_${r});`)}
      let w_first = ${depth}u * (k + (q ^ ${j}u)) * ${vectors}u;
${unroll(
  depth,
  (i) => `      {
${unroll(tileVectors, (c) => `        let w_${c} = vec4<f32>(w[w_first + ${i * vectors}u + column_${c}]);`)}
${unroll(tileRows, (r) => unroll(tileVectors, (c) => `        sum_${r}_${c} += x_${r}_${j}${depth === 4 ? `.${components[i]}` : ''} * w_${c};`))}
      }`,
)}
    }`,
)}
  }
${storeTile(output, epilogue)}
}
`;
      return { wgsl: source, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}
