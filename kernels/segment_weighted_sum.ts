/**
 * The weighted sum of the rows of each set of a ragged batch.
 *
 * Source: Yang et al., "Neural Aggregation Network for Video Face Recognition" (CVPR 2017), equation 1.
 *
 * Shapes: w `[N]`, x `[N, K]`, offsets `uint32 [B + 1]` → y `[B, K]`, 0 for an empty set.
 */
import { segmentSum } from './segment-sum.ts';

/** `[N]`, `[N, K]`, `[B + 1]` → `[B, K]`. */
export const segmentWeightedSum = segmentSum(
  'segment_weighted_sum',
  'y[b, k] = Σ_{m in set b} w[m] · x[m, k]',
  true,
);
