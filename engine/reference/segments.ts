/**
 * Operations on ragged batches: set b is the rows `offsets[b] … offsets[b + 1] − 1` of a matrix. Rows of no set give
 * 0, and so does an empty set. Formulas and sources are in the docstrings of the graph's ops.
 */
import { checkOffsets } from '../data/ragged.ts';
import { softmaxOfRange } from './reduction.ts';

/**
 * `e[m] = q · x[m]`.
 *
 * @param x `[N, K]`
 * @param q `[K]`, or `[B, K]` with a query for each set
 * @returns `[N]`
 */
export function attentionScores(
  x: Float64Array,
  q: Float64Array,
  offsets: Float64Array,
  features: number,
): Float64Array {
  const e = new Float64Array(x.length / features);
  checkOffsets(offsets, e.length);
  const queryStep = q.length === features ? 0 : features;
  for (let b = 0; b + 1 < offsets.length; b++) {
    for (let m = offsets[b]!; m < offsets[b + 1]!; m++) {
      let sum = 0;
      for (let k = 0; k < features; k++) sum += q[b * queryStep + k]! * x[m * features + k]!;
      e[m] = sum;
    }
  }
  return e;
}

/** Softmax within each set. `[N]` to `[N]`. */
export function segmentSoftmax(e: Float64Array, offsets: Float64Array): Float64Array {
  checkOffsets(offsets, e.length);
  const w = new Float64Array(e.length);
  for (let b = 0; b + 1 < offsets.length; b++) softmaxOfRange(e, offsets[b]!, offsets[b + 1]!, w);
  return w;
}

/**
 * `y[b] = Σ_{m in set b} w[m] · x[m]`.
 *
 * @param w `[N]`
 * @param x `[N, K]`
 * @returns `[B, K]`
 */
export function segmentWeightedSum(
  w: Float64Array,
  x: Float64Array,
  offsets: Float64Array,
  features: number,
): Float64Array {
  checkOffsets(offsets, w.length);
  const y = new Float64Array((offsets.length - 1) * features);
  for (let b = 0; b + 1 < offsets.length; b++) {
    for (let m = offsets[b]!; m < offsets[b + 1]!; m++) {
      const weight = w[m]!;
      for (let k = 0; k < features; k++) {
        y[b * features + k] = y[b * features + k]! + weight * x[m * features + k]!;
      }
    }
  }
  return y;
}

/** `y[b] = (1 / M_b) Σ_{m in set b} x[m]`. `[N, K]` to `[B, K]`. */
export function segmentMean(x: Float64Array, offsets: Float64Array, features: number): Float64Array {
  const ones = new Float64Array(x.length / features).fill(1);
  const y = segmentWeightedSum(ones, x, offsets, features);
  for (let b = 0; b + 1 < offsets.length; b++) {
    const count = offsets[b + 1]! - offsets[b]!;
    if (count === 0) continue;
    for (let k = 0; k < features; k++) y[b * features + k] = y[b * features + k]! / count;
  }
  return y;
}

/** Softmax within each set, then the weighted sum of its rows. */
export function attentionPool(
  e: Float64Array,
  x: Float64Array,
  offsets: Float64Array,
  features: number,
): Float64Array {
  return segmentWeightedSum(segmentSoftmax(e, offsets), x, offsets, features);
}
