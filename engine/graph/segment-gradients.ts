/**
 * What the backward pass of ragged batches needs; `segments.ts` says what a ragged batch is. Gradients of attention are
 * made of these and of the forward operations.
 */
import { ShapeError } from '../errors.ts';
import { requireOffsets, requireRank, shapesDisagree } from './check.ts';
import { type OperationKind, type Value, value } from './value.ts';

function requireRowForEachSet(kind: OperationKind, operandName: string, rows: Value, offsets: Value): void {
  if (rows.shape.length === 2 && rows.shape[0] !== offsets.shape[0]! - 1) {
    shapesDisagree(kind, `${operandName} must hold one row a set`, rows, offsets);
  }
}

/**
 * `dx[m] = w[m] · y[set of m]`.
 *
 * @param w `[N]`
 * @param y `[K]`, one row for all sets, or `[B, K]`, a row for each
 * @param offsets `uint32 [B + 1]`
 * @returns `[N, K]`; 0 in rows of no set
 */
export function segmentOuter(w: Value, y: Value, offsets: Value): Value {
  requireRank('segment_outer', 'w', w, 1);
  requireRank('segment_outer', 'y', y, 1, 2);
  requireOffsets('segment_outer', offsets);
  requireRowForEachSet('segment_outer', 'y', y, offsets);
  return value({ kind: 'segment_outer' }, [w, y, offsets], [w.shape[0]!, y.shape.at(-1)!]);
}

/**
 * The gradient of `segmentMean`: `dx[m] = dy[set of m] / M`.
 *
 * @param dy `[B, K]`
 * @param offsets `uint32 [B + 1]`
 * @param capacity N
 * @returns `[N, K]`; 0 in rows of no set
 */
export function segmentMeanGradient(dy: Value, offsets: Value, capacity: number): Value {
  requireRank('segment_mean_gradient', 'dy', dy, 2);
  requireOffsets('segment_mean_gradient', offsets);
  requireRowForEachSet('segment_mean_gradient', 'dy', dy, offsets);
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new ShapeError(`segment_mean_gradient: the capacity must be a positive integer, not ${capacity}.`);
  }
  return value({ kind: 'segment_mean_gradient' }, [dy, offsets], [capacity, dy.shape[1]!]);
}

/**
 * The gradient of `segmentSoftmax`: `de[m] = w[m] (dw[m] − Σ_j w[j] dw[j])`, j in the set of m.
 *
 * @param w `[N]`, the result of the softmax
 * @param dw `[N]`
 * @param offsets `uint32 [B + 1]`
 * @returns `[N]`; 0 in rows of no set
 */
export function segmentSoftmaxGradient(w: Value, dw: Value, offsets: Value): Value {
  requireRank('segment_softmax_gradient', 'w', w, 1);
  requireRank('segment_softmax_gradient', 'dw', dw, 1);
  requireOffsets('segment_softmax_gradient', offsets);
  if (w.shape[0] !== dw.shape[0]) {
    shapesDisagree('segment_softmax_gradient', 'w and dw must be equally long', w, dw);
  }
  return value({ kind: 'segment_softmax_gradient' }, [w, dw, offsets], w.shape);
}

/**
 * The gradient of `softmax`: `dx[c] = y[c] (dy[c] − Σ_d y[d] dy[d])` in each row.
 *
 * @param y `[B, C]`, the result of the softmax
 * @param dy `[B, C]`
 * @returns `[B, C]`
 */
export function softmaxGradient(y: Value, dy: Value): Value {
  requireRank('softmax_gradient', 'y', y, 2);
  requireRank('softmax_gradient', 'dy', dy, 2);
  if (`${y.shape}` !== `${dy.shape}`) {
    shapesDisagree('softmax_gradient', 'y and dy must have the same shape', y, dy);
  }
  return value({ kind: 'softmax_gradient' }, [y, dy], y.shape);
}
