/**
 * Matrix product without shared memory: each thread keeps a tile of the result in registers.
 *
 * A thread computes `tileRows` rows × `tileVectors` vectors of four columns. Per four k it loads `tileRows` vectors
 * of x (along K) and `4 · tileVectors` vectors of w (along N) for `16 · tileRows · tileVectors` multiply-adds, so a
 * larger tile loads less. Rows and columns beyond the matrix are read clamped and never stored. Sizes are read at run time,
 * so that all matrix products of a model share one pipeline.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { sizesCode } from '../sizes.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
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
  const grid = (problem: MatmulProblem): [number, number, number] => {
    const { rows, columns } = matmulSizes(problem);
    return [Math.ceil(columns / (4 * width * tileVectors)), Math.ceil(rows / tileRows), 1];
  };
  return {
    name: `tile-${tileRows}x${tileVectors}-vec4-${width}`,
    registerTile: `${tileRows}×${tileVectors} vec4`,
    supports(problem, target) {
      const { inner, columns } = matmulSizes(problem);
      return (
        inner % 4 === 0 &&
        columns % 4 === 0 &&
        storable(problem, target) &&
        target.maxComputeInvocationsPerWorkgroup >= width &&
        grid(problem).every((count) => count <= mostWorkgroups)
      );
    },
    build(problem) {
      const { rows, inner, columns } = matmulSizes(problem);
      const epilogue = epilogueCode(problem, operandCount, 4, unsizedArrayType);
      const sizes = sizesCode(epilogue.outputBinding + 1, { rows, inner: inner / 4, columns: columns / 4 });
      const output: TileOutput = {
        rows: tileRows,
        columns: tileVectors,
        stride: width,
        output: { rows: 'sizes.rows', columns: 'columns' },
        exactRows: false,
        exactColumns: false,
      };
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, 4)};
// In vectors of four, but for the rows.
${sizes.declaration}
${epilogue.declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let row = workgroup.y * ${tileRows}u;
  let column = workgroup.x * ${tileVectors * width}u + local.x;
  let columns = sizes.columns;
  let inner = sizes.inner;
${unroll(tileRows, (r) => `  let x_row_${r} = min(row + ${r}u, sizes.rows - 1u) * inner;`)}
${unroll(tileVectors, (c) => `  let column_${c} = min(column + ${c * width}u, columns - 1u);`)}
${unroll(tileRows, (r) => unroll(tileVectors, (c) => `  var sum_${r}_${c} = vec4<f32>();`))}
  for (var k = 0u; k < inner; k++) {
${unroll(tileRows, (r) => `    let x_${r} = vec4<f32>(x[x_row_${r} + k]);`)}
${unroll(
  4,
  (i) => `    {
      let w_row = (4u * k + ${i}u) * columns;
${unroll(tileVectors, (c) => `      let w_${c} = vec4<f32>(w[w_row + column_${c}]);`)}
${unroll(tileRows, (r) => unroll(tileVectors, (c) => `      sum_${r}_${c} += x_${r}.${components[i]} * w_${c};`))}
    }`,
)}
  }
${storeTile(output, epilogue)}
}
`;
      return {
        wgsl: source,
        sizes: sizes.values,
        workgroupSize: [width, 1, 1],
        workgroups: grid(problem),
      };
    },
  };
}
