/** Matrix products with one operand transposed. */
import { accumulateProduct } from './matmul.ts';

/** The transpose of `[rows, columns]`, `[columns, rows]`. */
function transpose(x: Float64Array, rows: number, columns: number): Float64Array {
  const y = new Float64Array(x.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) y[column * rows + row] = x[row * columns + column]!;
  }
  return y;
}

/**
 * `z[…, n] = Σ_k x[…, k] · w[n, k]`.
 *
 * @param x `[…, K]`
 * @param w `[N, K]`
 * @returns `[…, N]`
 */
export function matmulTransposedRight(
  x: Float64Array,
  w: Float64Array,
  [columns, inner]: readonly [number, number],
): Float64Array {
  const rows = x.length / inner;
  const z = new Float64Array(rows * columns);
  accumulateProduct(x, transpose(w, columns, inner), z, 0, [rows, inner, columns]);
  return z;
}

/**
 * `z[k, n] = Σ_m x[m, k] · y[m, n]`.
 *
 * @param x `[…, K]`
 * @param y `[…, N]`, as many rows
 * @returns `[K, N]`
 */
export function matmulTransposedLeft(
  x: Float64Array,
  y: Float64Array,
  [rows, columns]: readonly [number, number],
): Float64Array {
  const inner = x.length / rows;
  const z = new Float64Array(rows * columns);
  accumulateProduct(transpose(x, inner, rows), y, z, 0, [rows, inner, columns]);
  return z;
}
