/**
 * How a matrix product reads its two operands. The tiles of this folder are the same whether an operand is transposed or
 * not; a layout fills in what differs.
 */
import type { Component } from '../unroll.ts';
import type { MatmulProblem, MatmulSizes } from './sizes.ts';

/** Elements between neighbours in memory: x along the rows and the inner size, w along the inner size and the columns. */
export type MatmulStrides = readonly [xRow: number, xInner: number, wInner: number, wColumn: number];

/** Pieces of WGSL for a tile by quads. In scope: what `vectorTile` says, `q`, `first_row`, `columns`, `inner`, `column_0` …. */
export interface QuadReading {
  /** Statements before the loop. */
  readonly before: string;
  /** Number of steps of four places of the inner size. */
  readonly steps: string;
  /** Statements of step k that read. */
  readonly reads: string;
  /** Statements that take over what the quad read for group i, output j of it; `lent` as in `QuadSums.add`. */
  borrow(i: number, lent: (value: string) => string, j: number): string;
  /** What a component of vector c grows by. */
  products(vector: number, component: Component): string;
  /** The row of the result, from that of the quad's place. */
  row(place: string): string;
}

/** Pieces of WGSL for a tile in registers. In scope: what `vectorTile` says, `row`, `columns`, `inner`, `column_0` …. */
export interface RegisterReading {
  readonly before: string;
  readonly steps: string;
  /** Statements of step k that read and add to `sum_${row}_${vector}`. */
  readonly step: string;
}

/** Numbers of a tile in workgroup memory. */
export interface Block {
  /** Of the block, a multiple of four, and of a thread. */
  readonly rows: number;
  readonly tileRows: number;
  /** Vectors of columns. */
  readonly vectors: number;
  /** Vectors of the inner size in a step. */
  readonly steps: number;
  readonly threads: number;
  readonly sizes: MatmulSizes;
}

/**
 * Pieces of WGSL for a tile in workgroup memory. In scope: `x_block` and `w_block`, `thread`, `local`, `block_row`,
 * `block_column` (in vectors), `first` (of the step, in vectors of the inner size).
 */
export interface BlockReading {
  /** Fill `x_block` and `w_block`; what lies beyond the matrices becomes zero. */
  readonly fill: string;
  /** Adds the step to `sum_0_0` …. */
  readonly products: string;
}

export interface MatmulLayout {
  sizes(problem: MatmulProblem): MatmulSizes;
  strides(sizes: MatmulSizes): MatmulStrides;
  /** Whether vectors of x lie along the inner size; else they lie along the rows. `sizes.inner` counts in them. */
  readonly vectorsAlongInner: boolean;
  quads(groups: number, vectors: number): QuadReading;
  registers(rows: number, vectors: number): RegisterReading;
  blocks(block: Block): BlockReading;
}

/** Whether the operands can be read, and the result be written, as vectors of four. */
export function takesVectors(layout: MatmulLayout, problem: MatmulProblem): boolean {
  const { rows, inner, columns } = layout.sizes(problem);
  return (layout.vectorsAlongInner ? inner : rows) % 4 === 0 && columns % 4 === 0;
}
