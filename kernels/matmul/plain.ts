/** The layout of `y = x w`: x `[M, K]`, w `[K, N]`. Vectors of x lie along K, those of w along N. */
import { components, unroll } from '../unroll.ts';
import type { Block, MatmulLayout } from './layout.ts';
import { matmulSizes } from './sizes.ts';

/** WGSL that fills `x_block`, `[rows, steps]` vectors along the inner size of an x that is not transposed. */
export function fillRows({ rows, steps, threads, sizes }: Block): string {
  const inner = sizes.inner / 4;
  return `    for (var at = thread; at < ${rows * steps}u; at += ${threads}u) {
      let x_row = block_row + at / ${steps}u;
      let k = first + at % ${steps}u;
      let inside = x_row < ${sizes.rows}u && k < ${inner}u;
      let index = min(x_row, ${sizes.rows - 1}u) * ${inner}u + min(k, ${inner - 1}u);
      x_block[at] = select(vec4<f32>(), vec4<f32>(x[index]), inside);
    }`;
}

/** WGSL that fills `w_block`, `[4 · steps, vectors]` vectors along the columns of a w that is not transposed. */
export function fillColumns({ steps, vectors, threads, sizes: { inner, columns } }: Block): string {
  const across = columns / 4;
  return `    for (var at = thread; at < ${4 * steps * vectors}u; at += ${threads}u) {
      let k = first * 4u + at / ${vectors}u;
      let w_column = block_column + at % ${vectors}u;
      let inside = k < ${inner}u && w_column < ${across}u;
      let index = min(k, ${inner - 1}u) * ${across}u + min(w_column, ${across - 1}u);
      w_block[at] = select(vec4<f32>(), vec4<f32>(w[index]), inside);
    }`;
}

/** WGSL that multiplies a block `[rows, steps]` of x by `w_block`. */
export function blockProducts({ tileRows, steps, vectors }: Block): string {
  return unroll(
    steps,
    (k) => `    {
${unroll(tileRows, (r) => `      let x_${r} = x_block[(local.y * ${tileRows}u + ${r}u) * ${steps}u + ${k}u];`)}
${unroll(
  4,
  (i) => `      {
        let w_value = w_block[${(4 * k + i) * vectors}u + local.x];
${unroll(tileRows, (r) => `        sum_${r}_0 += x_${r}.${components[i]} * w_value;`)}
      }`,
)}
    }`,
  );
}

export const plain: MatmulLayout = {
  sizes: matmulSizes,
  strides: ({ inner, columns }) => [inner, 1, columns, 1],
  vectorsAlongInner: true,
  quads: (groups, vectors) => ({
    before: unroll(
      groups,
      (i) => `  let x_row_${i} = min(first_row + ${4 * i}u + q, sizes.rows - 1u) * inner;`,
    ),
    steps: 'inner',
    reads: `${unroll(groups, (i) => `    let x_${i} = vec4<f32>(x[x_row_${i} + k]);`)}
${unroll(4, (k) => unroll(vectors, (c) => `    let w_${k}_${c} = vec4<f32>(w[(4u * k + ${k}u) * columns + column_${c}]);`))}`,
    borrow: (i, lent) => `      let x_j = ${lent(`x_${i}`)};`,
    products: (c, component) =>
      components.map((k, index) => `x_j.${k} * w_${index}_${c}.${component}`).join(' + '),
    row: (place) => place,
  }),
  registers: (rows, vectors) => ({
    before: unroll(rows, (r) => `  let x_row_${r} = min(row + ${r}u, sizes.rows - 1u) * inner;`),
    steps: 'inner',
    step: `${unroll(rows, (r) => `    let x_${r} = vec4<f32>(x[x_row_${r} + k]);`)}
${unroll(
  4,
  (i) => `    {
      let w_row = (4u * k + ${i}u) * columns;
${unroll(vectors, (c) => `      let w_${c} = vec4<f32>(w[w_row + column_${c}]);`)}
${unroll(rows, (r) => unroll(vectors, (c) => `      sum_${r}_${c} += x_${r}.${components[i]} * w_${c};`))}
    }`,
)}`,
  }),
  blocks: (block) => ({
    fill: `${fillRows(block)}\n${fillColumns(block)}`,
    products: blockProducts(block),
  }),
};
