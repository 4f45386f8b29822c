/**
 * Matrix product without shared memory: each thread keeps a tile of the result in registers.
 *
 * A thread computes `tileRows` rows × `tileVectors` vectors of four columns. Per four k it loads `tileRows` vectors
 * of x (along K) and `4 · tileVectors` vectors of w (along N) for `16 · tileRows · tileVectors` multiply-adds, so a
 * larger tile loads less. Rows and columns beyond the matrix are read clamped and never stored.
 */
import type { KernelVariant } from '../kernel.ts';
import { unroll } from '../unroll.ts';
import type { MatmulLayout } from './layout.ts';
import { storeTile, type TileOutput } from './output-code.ts';
import { plain } from './plain.ts';
import type { MatmulProblem } from './sizes.ts';
import { vectorTile } from './vector-tile.ts';

/**
 * Needs sizes that its layout reads in vectors: of x w, K and N divisible by 4.
 *
 * @param width threads of a workgroup, side by side along N
 */
export function registerTile(
  tileRows: number,
  tileVectors: number,
  width: number,
  layout: MatmulLayout = plain,
): KernelVariant<MatmulProblem> {
  const reading = layout.registers(tileRows, tileVectors);
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
    layout,
    (epilogue) => `  let row = workgroup.y * ${tileRows}u;
  let column = workgroup.x * ${tileVectors * width}u + local.x;
  let columns = sizes.columns;
  let inner = sizes.inner;
${unroll(tileVectors, (c) => `  let column_${c} = min(column + ${c * width}u, columns - 1u);`)}
${reading.before}
${unroll(tileRows, (r) => unroll(tileVectors, (c) => `  var sum_${r}_${c} = vec4<f32>();`))}
  for (var k = 0u; k < ${reading.steps}; k++) {
${reading.step}
  }
${storeTile(output, epilogue)}`,
  );
}
