/**
 * The layout of `z = x wᵀ`: x `[M, K]`, w `[N, K]`. Vectors of x and of w lie along K: four vectors of w, one for each of
 * four columns, are read where `x w` reads one for each of four k.
 */
import { components, unroll } from '../unroll.ts';
import type { Block, MatmulLayout } from './layout.ts';
import { blockProducts, fillRows, plain } from './plain.ts';
import { rowsOf } from './sizes.ts';

/** `x_${r} · w_${column}` of vectors along K. */
function dot(x: string, w: string): string {
  return components.map((k) => `${x}.${k} * ${w}.${k}`).join(' + ');
}

/** Each thread takes a square of four columns × four k, and turns it. */
function fillTransposed({ steps, vectors, threads, sizes }: Block): string {
  const inner = sizes.inner / 4;
  const across = sizes.columns / 4;
  return `    for (var at = thread; at < ${steps * vectors}u; at += ${threads}u) {
      let k = first + at % ${steps}u;
      let place = at / ${steps}u;
      let inside = k < ${inner}u && block_column + place < ${across}u;
      let index = min(block_column + place, ${across - 1}u) * ${4 * inner}u + min(k, ${inner - 1}u);
${unroll(4, (j) => `      let w_${j} = select(vec4<f32>(), vec4<f32>(w[index + ${j * inner}u]), inside);`)}
      let to = at % ${steps}u * ${4 * vectors}u + place;
${unroll(4, (i) => {
  const turned = unroll(4, (j) => `w_${j}.${components[i]}`, ', ');
  return `      w_block[to + ${i * vectors}u] = vec4<f32>(${turned});`;
})}
    }`;
}

export const transposedRight: MatmulLayout = {
  ...plain,
  sizes({ inputs }) {
    const [x, w] = inputs;
    const [columns, inner] = w!.shape as [number, number];
    return { rows: rowsOf(x!), inner, columns };
  },
  strides: ({ inner }) => [inner, 1, 1, inner],
  quads: (groups, vectors) => {
    const { before, ...rest } = plain.quads(groups, vectors);
    return {
      ...rest,
      before: `${before}
${unroll(vectors, (c) => `  let w_row_${c} = 4u * column_${c} * inner;`)}`,
      reads: `${unroll(groups, (i) => `    let x_${i} = vec4<f32>(x[x_row_${i} + k]);`)}
${unroll(4, (j) => unroll(vectors, (c) => `    let w_${j}_${c} = vec4<f32>(w[w_row_${c} + ${j}u * inner + k]);`))}`,
      products: (c, component) => dot('x_j', `w_${components.indexOf(component)}_${c}`),
    };
  },
  registers: (rows, vectors) => {
    const { before, steps } = plain.registers(rows, vectors);
    const dots = (r: number, c: number) => unroll(4, (j) => `dot(x_${r}, w_${j}_${c})`, ', ');
    return {
      before: `${before}
${unroll(vectors, (c) => `  let w_row_${c} = 4u * column_${c} * inner;`)}`,
      steps,
      step: `${unroll(rows, (r) => `    let x_${r} = vec4<f32>(x[x_row_${r} + k]);`)}
${unroll(4, (j) => unroll(vectors, (c) => `    let w_${j}_${c} = vec4<f32>(w[w_row_${c} + ${j}u * inner + k]);`))}
${unroll(rows, (r) => unroll(vectors, (c) => `    sum_${r}_${c} += vec4<f32>(${dots(r, c)});`))}`,
    };
  },
  blocks: (block) => ({
    fill: `${fillRows(block)}\n${fillTransposed(block)}`,
    products: blockProducts(block),
  }),
};
