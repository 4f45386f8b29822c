/** WGSL that stores a register tile: rows and columns beyond the matrix are left out, the epilogue comes first. */
import type { EpilogueCode } from '../epilogue.ts';
import { guarded, unroll } from '../unroll.ts';

/** A tile of `rows × columns` values `sum_${r}_${c}` at `row` and at `column + c · stride`. */
export interface TileOutput {
  readonly rows: number;
  readonly columns: number;
  /** Distance of a thread's columns, in values. */
  readonly stride: number;
  /** Size of the whole output, in values, as WGSL. */
  readonly output: { readonly rows: string; readonly columns: string };
  /** Whether tiles fill the output without a rest. */
  readonly exactRows: boolean;
  readonly exactColumns: boolean;
}

/** Needs `row`, `column`, `sum_…` and, clamped to the matrix, `column_0 …` in scope. */
export function storeTile(tile: TileOutput, { channelLoads, apply }: EpilogueCode): string {
  const { rows, columns, stride, output } = tile;
  const one = (r: number, c: number): string =>
    guarded(
      [!tile.exactColumns && `column + ${c * stride}u < ${output.columns}`],
      `      let index = y_row + column + ${c * stride}u;
      y[index] = ${apply(`sum_${r}_${c}`, 'index', c)};`,
    );
  return `${unroll(columns, (c) => `  ${channelLoads(`column_${c}`, c)}`)}
${unroll(rows, (r) =>
  guarded(
    [!tile.exactRows && `row + ${r}u < ${output.rows}`],
    `    let y_row = (row + ${r}u) * ${output.columns};
${unroll(columns, (c) => one(r, c))}`,
  ),
)}`;
}
