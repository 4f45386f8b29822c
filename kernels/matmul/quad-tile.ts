/**
 * Matrix product whose threads lend each other what they read, four by four: `../quad.ts` says how. The outputs of a
 * thread are `tileRows` rows × `tileVectors` vectors of four columns; of x, each reads four elements of a row at a time.
 */
import type { KernelVariant } from '../kernel.ts';
import { quadSums } from '../quad.ts';
import { unroll } from '../unroll.ts';
import type { MatmulLayout } from './layout.ts';
import { plain } from './plain.ts';
import type { MatmulProblem } from './sizes.ts';
import { vectorTile } from './vector-tile.ts';

const width = 4;

/**
 * Needs the feature `subgroups`, and sizes that its layout reads in vectors: of x w, K and N divisible by 4.
 *
 * @param tileRows divisible by 4
 */
export function quadTile(
  tileRows: number,
  tileVectors: number,
  layout: MatmulLayout = plain,
): KernelVariant<MatmulProblem> {
  const sums = quadSums(tileRows, tileVectors);
  const reading = layout.quads(sums.groups, tileVectors);
  return vectorTile(
    {
      name: `quad-${tileRows}x${tileVectors}-vec4`,
      rows: tileRows,
      vectors: tileVectors,
      width,
      subgroups: true,
    },
    layout,
    ({ channelLoads, apply }) => `  let first_row = workgroup.y * ${tileRows}u;
  let column = workgroup.x * ${tileVectors * width}u + local.x;
  let q = lane & 3u;
  let columns = sizes.columns;
  let inner = sizes.inner;
${unroll(tileVectors, (c) => `  let column_${c} = min(column + ${c * width}u, columns - 1u);`)}
${reading.before}
${sums.declarations}
  for (var k = 0u; k < ${reading.steps}; k += 1u) {
${reading.reads}
${sums.add(reading.borrow, reading.products)}
  }
${unroll(tileVectors, (c) => `  ${channelLoads(`column_${c}`, c)}`)}
${sums.store(
  {
    name: 'row',
    first: 'first_row',
    inside: (c) => `${reading.row('row')} < sizes.rows && column + ${c * width}u < columns`,
    index: (c) => `${reading.row('row')} * columns + column_${c}`,
  },
  apply,
)}`,
  );
}
