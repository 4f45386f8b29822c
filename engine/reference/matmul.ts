/** The matrix product. */

/**
 * `y[m, n] += Σ_k x[m, k] · w[k, n]` for M rows.
 *
 * Two rows by four k at a time: each weight that is read from memory serves twice, each sum four times.
 *
 * @param x `[M, K]`
 * @param w `[K, N]`
 * @param y `[M, N]`, changed in place
 * @param firstRow row of y that row 0 of x belongs to
 */
export function accumulateProduct(
  x: Float64Array,
  w: Float64Array,
  y: Float64Array,
  firstRow: number,
  [rows, inner, columns]: readonly [number, number, number],
): void {
  const evenRows = rows - (rows % 2);
  const evenInner = inner - (inner % 4);
  for (let m = 0; m < evenRows; m += 2) {
    const x0 = m * inner;
    const x1 = x0 + inner;
    const y0 = (firstRow + m) * columns;
    const y1 = y0 + columns;
    for (let k = 0; k < evenInner; k += 4) {
      const a0 = x[x0 + k]!;
      const a1 = x[x0 + k + 1]!;
      const a2 = x[x0 + k + 2]!;
      const a3 = x[x0 + k + 3]!;
      const b0 = x[x1 + k]!;
      const b1 = x[x1 + k + 1]!;
      const b2 = x[x1 + k + 2]!;
      const b3 = x[x1 + k + 3]!;
      const w0 = k * columns;
      const w1 = w0 + columns;
      const w2 = w1 + columns;
      const w3 = w2 + columns;
      for (let n = 0; n < columns; n++) {
        const v0 = w[w0 + n]!;
        const v1 = w[w1 + n]!;
        const v2 = w[w2 + n]!;
        const v3 = w[w3 + n]!;
        y[y0 + n] = y[y0 + n]! + a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3;
        y[y1 + n] = y[y1 + n]! + b0 * v0 + b1 * v1 + b2 * v2 + b3 * v3;
      }
    }
  }
  // What is left over: the last k of the paired rows, and all k of an odd last row.
  for (let m = 0; m < rows; m++) {
    for (let k = m < evenRows ? evenInner : 0; k < inner; k++) {
      const a = x[m * inner + k]!;
      const yRow = (firstRow + m) * columns;
      const wRow = k * columns;
      for (let n = 0; n < columns; n++) y[yRow + n] = y[yRow + n]! + a * w[wRow + n]!;
    }
  }
}

/**
 * `y[…, n] = Σ_k x[…, k] · w[k, n]`.
 *
 * @param x `[…, K]`
 * @param w `[K, N]`
 * @returns `[…, N]`
 */
export function matmul(
  x: Float64Array,
  w: Float64Array,
  [inner, columns]: readonly [number, number],
): Float64Array {
  const rows = x.length / inner;
  const y = new Float64Array(rows * columns);
  accumulateProduct(x, w, y, 0, [rows, inner, columns]);
  return y;
}
