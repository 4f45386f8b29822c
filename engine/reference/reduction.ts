/** Pooling and softmax. */

/** `y[b, c] = (1 / P) Σ_p x[b, p, c]`, where P counts the pixels of an image. */
export function globalAveragePool(
  x: Float64Array,
  [batch, pixels, channels]: readonly [number, number, number],
): Float64Array {
  const y = new Float64Array(batch * channels);
  for (let b = 0; b < batch; b++) {
    for (let p = 0; p < pixels; p++) {
      const from = (b * pixels + p) * channels;
      for (let c = 0; c < channels; c++) y[b * channels + c] = y[b * channels + c]! + x[from + c]!;
    }
  }
  return y.map((sum) => sum / pixels);
}

/**
 * `y[i] = exp(x[i] − max x) / Σ_j exp(x[j] − max x)` for `start ≤ i < end`; finite for any finite x. Elements of y
 * outside the range stay as they are.
 */
export function softmaxOfRange(x: Float64Array, start: number, end: number, y: Float64Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = start; i < end; i++) largest = Math.max(largest, x[i]!);
  let sum = 0;
  for (let i = start; i < end; i++) {
    y[i] = Math.exp(x[i]! - largest);
    sum += y[i]!;
  }
  for (let i = start; i < end; i++) y[i] = y[i]! / sum;
}

/** Softmax of each row of a `[B, C]` matrix. */
export function softmax(x: Float64Array, columns: number): Float64Array {
  const y = new Float64Array(x.length);
  for (let row = 0; row < x.length; row += columns) softmaxOfRange(x, row, row + columns, y);
  return y;
}
