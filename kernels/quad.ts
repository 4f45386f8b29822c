/**
 * Four threads lend each other what they read: WGSL for kernels that work by quads.
 *
 * The threads q = 0 … 3 of a quad compute the same outputs (rows of a matrix, pixels of an image), each in channels of
 * its own, so they need the same x and different w. Of outputs 4i … 4i + 3, thread q reads x for 4i + q alone. The j-th
 * that it computes of the four is 4i + (q ⊕ j), whose x is in the registers of thread q ⊕ j: `quadSwapX`, `quadSwapY` and
 * `quadSwapDiagonal` bring it for j = 1, 2, 3. So no x is read twice in a quad, and there is no barrier. All threads of
 * a workgroup work on the same outputs, so it does not matter which of them form a quad.
 *
 * It is written for SwiftShader, which compiles what it is given, operation by operation:
 * - Sums are scalars that take all products of a step at a time. Vectors would be spilled to memory after every operation.
 * - One place in the text stores, and the sums move up to it. Each load or store in the text costs a millisecond and more
 *   to compile, moving registers next to nothing.
 *
 * In WGSL: `q`, the thread's place in its quad, must be in scope.
 */
import type { EpilogueCode } from './epilogue.ts';
import { type Component, components, unroll } from './unroll.ts';

const swaps = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'];

/** Where the results go; all WGSL. */
export interface QuadOutput {
  /** Name for the position of an output, and its first value in the tile. */
  readonly name: string;
  readonly first: string;
  /** Whether an output and a vector of channels lie inside, and its index in y. */
  inside(vector: number): string;
  index(vector: number): string;
}

/** Pieces of WGSL around the sums of one thread. */
export interface QuadSums {
  /** Groups of four outputs. */
  readonly groups: number;
  readonly declarations: string;
  /**
   * Adds to every sum.
   *
   * @param borrow statements that take over what the quad read for a group; `lent(value)` is the value of the thread
   *   whose turn it is, the j-th
   * @param products what a component of a vector of channels grows by, from what was borrowed
   */
  add(
    borrow: (group: number, lent: (value: string) => string, j: number) => string,
    products: (vector: number, component: Component) => string,
  ): string;
  /** Stores all sums behind the epilogue, of whose channels vector c is loaded with suffix c. */
  store(output: QuadOutput, apply: EpilogueCode['apply']): string;
}

/**
 * @param outputs of a thread, divisible by 4
 * @param vectors of four channels of each
 */
export function quadSums(outputs: number, vectors: number): QuadSums {
  const groups = outputs / 4;
  const sum = (i: number, j: number, c: number, component: Component) => `sum_${i}_${j}_${c}_${component}`;
  const ofVector = (piece: (component: Component) => string, separator = ' ') =>
    components.map(piece).join(separator);
  const ofGroups = (
    first: number,
    piece: (i: number, j: number, c: number, component: Component) => string,
  ) =>
    unroll(groups - first, (i) =>
      unroll(4, (j) => unroll(vectors, (c) => ofVector((component) => piece(i + first, j, c, component)))),
    );
  return {
    groups,
    declarations: ofGroups(0, (...which) => `  var ${sum(...which)} = 0.0;`),
    add: (borrow, products) =>
      unroll(groups, (i) =>
        unroll(
          4,
          (j) => `    {
${borrow(i, (value) => `${swaps[j]}(${value})`, j)}
${unroll(vectors, (c) =>
  ofVector((component) => {
    const name = sum(i, j, c, component);
    return `      ${name} = ${name} + ${products(c, component)};`;
  }, '\n'),
)}
    }`,
        ),
      ),
    store: ({ name, first, inside, index }, apply) => `  for (var i = 0u; i < ${outputs}u; i += 4u) {
    for (var j = 0u; j < 4u; j += 1u) {
      let ${name} = ${first} + i + (q ^ j);
${unroll(
  vectors,
  (c) => `      if (${inside(c)}) {
        let index = ${index(c)};
        y[index] = ${apply(`vec4<f32>(${ofVector((component) => sum(0, 0, c, component), ', ')})`, 'index', c)};
      }
${unroll(3, (j) => ofVector((component) => `      ${sum(0, j, c, component)} = ${sum(0, j + 1, c, component)};`))}`,
)}
    }
${ofGroups(1, (i, j, c, component) => `    ${sum(i - 1, j, c, component)} = ${sum(i, j, c, component)};`)}
  }`,
  };
}
