/**
 * The layout of `z = xᵀ y`: x `[M, K]`, y `[M, N]`; the rows of the result are K, the inner size is M, of any length.
 * Vectors of x lie along K, those of y (`w` in the shaders) along N.
 */
import { components, unroll } from '../unroll.ts';
import type { Block, MatmulLayout } from './layout.ts';
import { fillColumns, plain } from './plain.ts';
import { rowsOf } from './sizes.ts';

/** `x_block` is `[4 · steps, rows / 4]` vectors along the rows of the result. */
function fillInner({ rows, steps, threads, sizes }: Block): string {
  const vectors = rows / 4;
  const down = sizes.rows / 4;
  return `    for (var at = thread; at < ${4 * steps * vectors}u; at += ${threads}u) {
      let k = first * 4u + at / ${vectors}u;
      let x_row = block_row / 4u + at % ${vectors}u;
      let inside = k < ${sizes.inner}u && x_row < ${down}u;
      let index = min(k, ${sizes.inner - 1}u) * ${down}u + min(x_row, ${down - 1}u);
      x_block[at] = select(vec4<f32>(), vec4<f32>(x[index]), inside);
    }`;
}

export const transposedLeft: MatmulLayout = {
  sizes({ inputs }) {
    const [x, y] = inputs;
    return { rows: x!.shape.at(-1)!, inner: rowsOf(x!), columns: y!.shape.at(-1)! };
  },
  strides: ({ rows, columns }) => [1, rows, columns, 1],
  vectorsAlongInner: false,
  /**
   * Of four m, thread q reads x for m = 4k + q: the rows of the result that all four compute. In the j-th of four turns it
   * takes over what thread q ⊕ j read, for m = 4k + (q ⊕ j), where it has read y itself. An x beyond M is 0.
   */
  quads: (groups, vectors) => ({
    before: `  let x_rows = sizes.rows / 4u;
${unroll(groups, (i) => `  let x_row_${i} = min(first_row / 4u + ${i}u, x_rows - 1u);`)}`,
    steps: '(inner + 3u) / 4u',
    reads: `    let x_m = 4u * k + q;
    let x_line = min(x_m, inner - 1u) * x_rows;
${unroll(groups, (i) => `    let x_${i} = select(vec4<f32>(), vec4<f32>(x[x_line + x_row_${i}]), x_m < inner);`)}
${unroll(
  4,
  (j) => `    let w_line_${j} = min(4u * k + (q ^ ${j}u), inner - 1u) * columns;
${unroll(vectors, (c) => `    let w_${j}_${c} = vec4<f32>(w[w_line_${j} + column_${c}]);`)}`,
)}`,
    borrow: (i, _, j) => {
      const own = `x_${i}.${components[j]}`;
      const swaps = ['quadSwapX', 'quadSwapY', 'quadSwapDiagonal'].map((swap) => `${swap}(${own})`);
      return `      let x_j = vec4<f32>(${[own, ...swaps].join(', ')});`;
    },
    products: plain.quads(groups, vectors).products,
    // All threads of a quad have the same four rows, so the place of the quad's q-th is turned back.
    row: (place) => `(${place} ^ q)`,
  }),
  registers: (rows, vectors) => ({
    before: unroll(rows / 4, (i) => `  let x_row_${i} = min(row / 4u + ${i}u, sizes.rows / 4u - 1u);`),
    steps: 'inner',
    step: `    let x_line = k * (sizes.rows / 4u);
${unroll(rows / 4, (i) => `    let x_${i} = vec4<f32>(x[x_line + x_row_${i}]);`)}
${unroll(vectors, (c) => `    let w_${c} = vec4<f32>(w[k * columns + column_${c}]);`)}
${unroll(rows, (r) =>
  unroll(vectors, (c) => `    sum_${r}_${c} += x_${Math.floor(r / 4)}.${components[r % 4]} * w_${c};`),
)}`,
  }),
  blocks: (block) => ({
    fill: `${fillInner(block)}\n${fillColumns(block)}`,
    // A loop, which shader compilers unroll where they want to: lavapipe compiles it in about half the time.
    products: `    for (var k = 0u; k < ${4 * block.steps}u; k += 1u) {
      let x_value = x_block[k * ${block.rows / 4}u + local.y];
      let w_value = w_block[k * ${block.vectors}u + local.x];
${unroll(4, (r) => `      sum_${r}_0 += x_value.${components[r]} * w_value;`)}
    }`,
  }),
};
