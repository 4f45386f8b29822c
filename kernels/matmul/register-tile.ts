/**
 * Matrix product without shared memory: each thread keeps a tile of the result in registers.
 *
 * A thread computes `tileRows` rows × `tileVectors` vectors of four columns. Per four k it loads `tileRows` vectors
 * of x (along K) and `4 · tileVectors` vectors of w (along N) for `16 · tileRows · tileVectors` multiply-adds, so a
 * larger tile loads less. Rows and columns beyond the matrix are read clamped and never stored.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { gridOfWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, storable } from '../storage.ts';
import { unroll } from '../unroll.ts';
import { storeTile, type TileOutput } from './output-code.ts';
import { type MatmulProblem, matmulSizes, operandCount } from './sizes.ts';

const components = ['x', 'y', 'z', 'w'];

/**
 * Needs K and N divisible by 4.
 *
 * @param width threads of a workgroup, side by side along N
 */
export function registerTile(
  tileRows: number,
  tileVectors: number,
  width: number,
): KernelVariant<MatmulProblem> {
  return {
    name: `tile-${tileRows}x${tileVectors}-vec4-${width}`,
    registerTile: `${tileRows}×${tileVectors} vec4`,
    supports(problem, target) {
      const { inner, columns } = matmulSizes(problem);
      return (
        inner % 4 === 0 &&
        columns % 4 === 0 &&
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
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, 4)};
${epilogue.declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let tile = workgroup.y * ${rowLength}u + workgroup.x;
  if (tile >= ${across * down}u) { return; }
  let row = tile / ${across}u * ${tileRows}u;
  let column = tile % ${across}u * ${tileVectors * width}u + local.x;
${unroll(tileRows, (r) => `  let x_row_${r} = min(row + ${r}u, ${rows - 1}u) * ${inner / 4}u;`)}
#if ${exactColumns}
${unroll(tileVectors, (c) => `  let column_${c} = column + ${c * width}u;`)}
#else
${unroll(tileVectors, (c) => `  let column_${c} = min(column + ${c * width}u, ${vectors - 1}u);`)}
#endif
${unroll(tileRows, (r) => unroll(tileVectors, (c) => `  var sum_${r}_${c} = vec4<f32>();`))}
  for (var k = 0u; k < ${inner / 4}u; k++) {
${unroll(tileRows, (r) => `    let x_${r} = vec4<f32>(x[x_row_${r} + k]);`)}
${unroll(
  4,
  (i) => `    {
      let w_row = (4u * k + ${i}u) * ${vectors}u;
${unroll(tileVectors, (c) => `      let w_${c} = vec4<f32>(w[w_row + column_${c}]);`)}
${unroll(tileRows, (r) => unroll(tileVectors, (c) => `      sum_${r}_${c} += x_${r}.${components[i]} * w_${c};`))}
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
