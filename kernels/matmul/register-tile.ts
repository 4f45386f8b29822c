/**
 * Matrix product without shared memory: each thread keeps a tile of the result in registers.
 *
 * A thread computes `tileRows` rows × `tileVectors` vectors of four columns. Per four k it loads `tileRows` vectors
 * of x (along K) and `4 · tileVectors` vectors of w (along N) for `16 · tileRows · tileVectors` multiply-adds, so a
 * larger tile loads less. Rows and columns beyond the matrix are read clamped and never stored.
 */
import type { KernelVariant } from '../kernel.ts';
import { components, unroll } from '../unroll.ts';
import { storeTile, type TileOutput } from './output-code.ts';
import type { MatmulProblem } from './sizes.ts';
import { vectorTile } from './vector-tile.ts';

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
  const output: TileOutput = {
    rows: tileRows,
    columns: tileVectors,
    stride: width,
    output: { rows: 'sizes.rows', columns: 'columns' },
    exactRows: false,
    exactColumns: false,
  };
  return vectorTile(
    {
      name: `tile-${tileRows}x${tileVectors}-vec4-${width}`,
      rows: tileRows,
      vectors: tileVectors,
      width,
      subgroups: false,
    },
    (epilogue) => `  let row = workgroup.y * ${tileRows}u;
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
${storeTile(output, epilogue)}`,
  );
}
