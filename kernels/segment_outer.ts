/**
 * The outer product of weights and a row of each set of a ragged batch: what the gradient of a weighted sum, or of
 * attention scores, sends back to the rows.
 *
 * Source: the derivatives of equations 1 and 2 of Yang et al., "Neural Aggregation Network for Video Face Recognition"
 * (CVPR 2017), with respect to the features.
 *
 * Shapes: w `[N]`, y `[K]` or `[B, K]`, offsets `uint32 [B + 1]` → `[N, K]`, 0 in rows of no set.
 */
import { segmentSpread } from './segment-spread.ts';

/** `[N]`, `[K]` or `[B, K]`, `[B + 1]` → `[N, K]`. */
export const segmentOuter = segmentSpread(
  'segment_outer',
  'dx[m, k] = w[m] · y[b, k] for m in set b, 0 in rows of no set',
  true,
);
