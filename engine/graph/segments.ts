/**
 * Operations on ragged batches: B sets of rows, packed one after the other.
 *
 * Set b holds the rows `offsets[b] … offsets[b + 1] − 1` of a `[N, K]` matrix. The capacity N is static; the offsets
 * are data, start at 0, never fall, and end at or below N. Rows beyond the last offset belong to no set.
 *
 * Source: Yang et al., "Neural Aggregation Network for Video Face Recognition" (CVPR 2017), equations 1 to 5, as used
 * by Demochkin and Savchenko, "Visual product recommendation using neural aggregation network and context gating".
 */
import { requireOffsets, requireRank, shapesDisagree } from './check.ts';
import { type Value, value } from './value.ts';

/**
 * `e[m] = q · x[m]`: how much each row interests the query.
 *
 * @param x `[N, K]`
 * @param q `[K]`, one query for all, or `[B, K]`, a query for each set
 * @param offsets `uint32 [B + 1]`
 * @returns `[N]`; 0 in rows of no set
 */
export function attentionScores(x: Value, q: Value, offsets: Value): Value {
  requireRank('attention_scores', 'x', x, 2);
  requireRank('attention_scores', 'q', q, 1, 2);
  requireOffsets('attention_scores', offsets);
  if (q.shape.at(-1) !== x.shape[1]) {
    shapesDisagree('attention_scores', 'x and q must agree in their last size', x, q);
  }
  if (q.shape.length === 2 && q.shape[0] !== offsets.shape[0]! - 1) {
    shapesDisagree('attention_scores', 'q must hold one row a set', q, offsets);
  }
  return value({ kind: 'attention_scores' }, [x, q, offsets], [x.shape[0]!]);
}

/**
 * Softmax within each set: `w[m] = exp(e[m]) / Σ_{j in the set of m} exp(e[j])`, finite for any finite e.
 *
 * @param e `[N]`
 * @param offsets `uint32 [B + 1]`
 * @returns `[N]`; 0 in rows of no set
 */
export function segmentSoftmax(e: Value, offsets: Value): Value {
  requireRank('segment_softmax', 'e', e, 1);
  requireOffsets('segment_softmax', offsets);
  return value({ kind: 'segment_softmax' }, [e, offsets], e.shape);
}

/**
 * `y[b] = Σ_{m in set b} w[m] · x[m]`.
 *
 * @param w `[N]`
 * @param x `[N, K]`
 * @param offsets `uint32 [B + 1]`
 * @returns `[B, K]`; 0 for an empty set
 */
export function segmentWeightedSum(w: Value, x: Value, offsets: Value): Value {
  requireRank('segment_weighted_sum', 'w', w, 1);
  requireRank('segment_weighted_sum', 'x', x, 2);
  requireOffsets('segment_weighted_sum', offsets);
  if (w.shape[0] !== x.shape[0]) {
    shapesDisagree('segment_weighted_sum', 'w needs one weight for each row of x', w, x);
  }
  return value({ kind: 'segment_weighted_sum' }, [w, x, offsets], [offsets.shape[0]! - 1, x.shape[1]!]);
}

/**
 * `y[b] = (1 / M_b) Σ_{m in set b} x[m]`: average pooling of a set.
 *
 * @param x `[N, K]`
 * @param offsets `uint32 [B + 1]`
 * @returns `[B, K]`; 0 for an empty set
 */
export function segmentMean(x: Value, offsets: Value): Value {
  requireRank('segment_mean', 'x', x, 2);
  requireOffsets('segment_mean', offsets);
  return value({ kind: 'segment_mean' }, [x, offsets], [offsets.shape[0]! - 1, x.shape[1]!]);
}

/**
 * `segmentWeightedSum(segmentSoftmax(e, offsets), x, offsets)` in one kernel. Models write the two steps; a rewrite
 * puts this in their place.
 *
 * @param e `[N]`
 * @param x `[N, K]`
 * @param offsets `uint32 [B + 1]`
 * @returns `[B, K]`; 0 for an empty set
 */
export function attentionPool(e: Value, x: Value, offsets: Value): Value {
  requireRank('attention_pool', 'e', e, 1);
  requireRank('attention_pool', 'x', x, 2);
  requireOffsets('attention_pool', offsets);
  if (e.shape[0] !== x.shape[0]) {
    shapesDisagree('attention_pool', 'e needs one score for each row of x', e, x);
  }
  return value({ kind: 'attention_pool' }, [e, x, offsets], [offsets.shape[0]! - 1, x.shape[1]!]);
}
