/**
 * Matrix product whose threads lend each other what they read, four by four: `../quad.ts` says how. The outputs of a
 * thread are `tileRows` rows × `tileVectors` vectors of four columns; of x, each reads four elements of a row at a time.
 */
import type { KernelVariant } from '../kernel.ts';
import { quadSums } from '../quad.ts';
import { components, unroll } from '../unroll.ts';
import type { MatmulProblem } from './sizes.ts';
import { vectorTile } from './vector-tile.ts';

const width = 4;

/**
 * Needs the feature `subgroups`, K and N divisible by 4.
 *
 * @param tileRows divisible by 4
 */
export function quadTile(tileRows: number, tileVectors: number): KernelVariant<MatmulProblem> {
  const sums = quadSums(tileRows, tileVectors);
  const products = (c: number, component: string) =>
    components.map((k, index) => `x_j.${k} * w_${index}_${c}.${component}`).join(' + ');
  const w = (k: number, c: number) =>
    `    let w_${k}_${c} = vec4<f32>(w[(4u * k + ${k}u) * columns + column_${c}]);`;
  return vectorTile(
    {
      name: `quad-${tileRows}x${tileVectors}-vec4`,
      rows: tileRows,
      vectors: tileVectors,
      width,
      subgroups: true,
    },
    ({ channelLoads, apply }) => `  let first_row = workgroup.y * ${tileRows}u;
  let column = workgroup.x * ${tileVectors * width}u + local.x;
  let q = lane & 3u;
  let columns = sizes.columns;
  let inner = sizes.inner;
${unroll(tileVectors, (c) => `  let column_${c} = min(column + ${c * width}u, columns - 1u);`)}
${unroll(sums.groups, (i) => `  let x_row_${i} = min(first_row + ${4 * i}u + q, sizes.rows - 1u) * inner;`)}
${sums.declarations}
  for (var k = 0u; k < inner; k += 1u) {
${unroll(sums.groups, (i) => `    let x_${i} = vec4<f32>(x[x_row_${i} + k]);`)}
${unroll(4, (k) => unroll(tileVectors, (c) => w(k, c)))}
${sums.add((i, lent) => `      let x_j = ${lent(`x_${i}`)};`, products)}
  }
${unroll(tileVectors, (c) => `  ${channelLoads(`column_${c}`, c)}`)}
${sums.store(
  {
    name: 'row',
    first: 'first_row',
    inside: (c) => `row < sizes.rows && column + ${c * width}u < columns`,
    index: (c) => `row * columns + column_${c}`,
  },
  apply,
)}`,
  );
}
