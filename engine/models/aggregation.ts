/**
 * From the features of a person's photos to one vector: `x = Σ_m w(x(m)) x(m)`.
 *
 * Sources: Demochkin and Savchenko, "Visual product recommendation using neural aggregation network and context
 * gating", equations 1 to 3; Yang et al., "Neural Aggregation Network for Video Face Recognition" (CVPR 2017),
 * equations 1 to 5. Photos come as a ragged batch: see the graph's segment operations.
 */
import { ShapeError } from '../errors.ts';
import { add, tanh } from '../graph/elementwise.ts';
import { parameter } from '../graph/leaf.ts';
import { matmul } from '../graph/matmul.ts';
import { attentionScores, segmentMean, segmentSoftmax, segmentWeightedSum } from '../graph/segments.ts';
import { describe, named, type Value } from '../graph/value.ts';
import { contextGate } from './context_gate.ts';

/** The four ways to aggregate that are compared throughout, from the simplest to the best. */
export const aggregationKinds = ['average', 'attention', 'two-attention', 'two-attention-gated'] as const;

/**
 * - `average`: all weights of a set are equal.
 * - `attention`: one block, `e_m = qᵀ x(m)`, `w = softmax(e)`.
 * - `two-attention`: a second block whose query is made of the first's result, `q¹ = tanh(W r⁰ + b)`, for each set.
 * - `two-attention-gated`: two blocks, then context gating `σ(W x + b) ∘ x`.
 */
export type AggregationKind = (typeof aggregationKinds)[number];

/**
 * One attention block.
 *
 * @param x `[N, K]`
 * @param query `[K]`, or `[B, K]` with a query for each set
 * @param offsets `uint32 [B + 1]`
 * @returns `weights` `[N]`, which sum to 1 in each set, and `pooled` `[B, K]`
 */
export function attentionBlock(
  name: string,
  x: Value,
  query: Value,
  offsets: Value,
): { readonly weights: Value; readonly pooled: Value } {
  const scores = named(`${name}/scores`, attentionScores(x, query, offsets));
  const weights = named(`${name}/weights`, segmentSoftmax(scores, offsets));
  return { weights, pooled: named(`${name}/pooled`, segmentWeightedSum(weights, x, offsets)) };
}

/**
 * Every value of an aggregation by name, for looking inside: `aggregated` `[B, K]`; with attention also `weights` `[N]`
 * (those of the last block), `attention1/weights`, `attention1/pooled`; with two blocks `attention2/query` `[B, K]`,
 * `attention2/weights`, `attention2/pooled`; with gating `gate` `[B, K]`.
 *
 * Parameters: `attention1/query` `[K]`, `attention2/kernel` `[K, K]`, `attention2/bias` `[K]`, `gate/kernel` `[K, K]`,
 * `gate/bias` `[K]`, as far as the kind has them.
 */
export function aggregationValues(kind: AggregationKind, x: Value, offsets: Value): Record<string, Value> {
  if (!aggregationKinds.includes(kind)) {
    throw new ShapeError(`There is no aggregation '${kind}'; there are: ${aggregationKinds.join(', ')}.`);
  }
  if (x.shape.length !== 2) {
    throw new ShapeError(`aggregation: the features must be [N, K], but they are ${describe(x)}.`);
  }
  if (kind === 'average') return { aggregated: named('aggregated', segmentMean(x, offsets)) };

  const features = x.shape[1]!;
  const first = attentionBlock('attention1', x, parameter('attention1/query', [features]), offsets);
  const values: Record<string, Value> = {
    'attention1/weights': first.weights,
    'attention1/pooled': first.pooled,
  };
  if (kind === 'attention') return { ...values, weights: first.weights, aggregated: first.pooled };

  const kernel = parameter('attention2/kernel', [features, features]);
  const bias = parameter('attention2/bias', [features]);
  const query = named('attention2/query', tanh(add(matmul(first.pooled, kernel), bias)));
  const second = attentionBlock('attention2', x, query, offsets);
  Object.assign(values, {
    'attention2/query': query,
    'attention2/weights': second.weights,
    'attention2/pooled': second.pooled,
    weights: second.weights,
  });
  if (kind === 'two-attention') return { ...values, aggregated: second.pooled };

  const { gate, gated } = contextGate(second.pooled);
  return { ...values, gate, aggregated: gated };
}

/**
 * The features of each set, aggregated.
 *
 * @param x `[N, K]`
 * @param offsets `uint32 [B + 1]`
 * @returns `[B, K]`
 */
export function aggregate(kind: AggregationKind, x: Value, offsets: Value): Value {
  return aggregationValues(kind, x, offsets).aggregated!;
}
