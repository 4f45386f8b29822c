/**
 * Average pooling of each set of a ragged batch.
 *
 * Source: Demochkin and Savchenko, "Visual product recommendation using neural aggregation network and context
 * gating", the baseline with equal weights 1 / M.
 *
 * Shapes: x `[N, K]`, offsets `uint32 [B + 1]` → y `[B, K]`, 0 for an empty set.
 */
import { segmentSum } from './segment-sum.ts';

/** `[N, K]`, `[B + 1]` → `[B, K]`. */
export const segmentMean = segmentSum('segment_mean', 'y[b, k] = (1 / M_b) Σ_{m in set b} x[m, k]', false);
