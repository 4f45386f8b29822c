/**
 * The gradient of the mean of each set of a ragged batch: every row of a set gets the same share.
 *
 * Shapes: dy `[B, K]`, offsets `uint32 [B + 1]` → dx `[N, K]`, 0 in rows of no set.
 */
import { segmentSpread } from './segment-spread.ts';

/** `[B, K]`, `[B + 1]` → `[N, K]`. */
export const segmentMeanGradient = segmentSpread(
  'segment_mean_gradient',
  'dx[m, k] = dy[b, k] / M_b for m in set b, 0 in rows of no set',
  false,
);
