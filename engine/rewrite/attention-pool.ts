/** Softmax within each set, then the weighted sum of its rows: one kernel, and the weights are never stored. */
import { attentionPool } from '../graph/segments.ts';
import { fusedLabel, type RewriteRule } from './rewrite.ts';

export const fuseAttentionPool: RewriteRule = (current, isUsedOnce) => {
  if (current.operation.kind !== 'segment_weighted_sum') return current;
  const [weights, x, offsets] = current.inputs;
  if (weights!.operation.kind !== 'segment_softmax' || !isUsedOnce(weights!)) return current;
  const [scores, softmaxOffsets] = weights!.inputs;
  if (softmaxOffsets !== offsets) return current;
  const fused = attentionPool(scores!, x!, offsets!);
  return { ...fused, label: fusedLabel(current, fused) };
};
