/**
 * The recommender's head: a person's photo features to a score for every product category.
 *
 * Source: Demochkin and Savchenko, "Visual product recommendation using neural aggregation network and context
 * gating", figure 1: aggregation, a dense layer with dropout, an output layer with sigmoid. Dropout (0.5) acts only in
 * training and is no part of this graph.
 */
import { add, relu, sigmoid } from '../graph/elementwise.ts';
import { input, parameter } from '../graph/leaf.ts';
import { matmul } from '../graph/matmul.ts';
import { elementCount, type Graph, leaves, named, type Value } from '../graph/value.ts';
import { randomBits, uniform } from '../random.ts';
import { type AggregationKind, aggregationValues } from './aggregation.ts';
import { graphOf } from './outputs.ts';

/** What shapes an aggregation head. */
export interface AggregationHeadOptions {
  readonly kind: AggregationKind;
  /** Rows that the batch has room for: photos of all sets together. */
  readonly capacity: number;
  /** Sets in a batch: people. */
  readonly sets: number;
  /** Size K of a photo's feature vector. Default 1024. */
  readonly features?: number;
  /** Size of the dense layer. Default 2048. */
  readonly hidden?: number;
  /** Number D of product categories. Default 1000. */
  readonly categories?: number;
  /**
   * Values to compute: `scores`, `logits`, `hidden`, and those of `aggregationValues` (`aggregated`, `weights`, …).
   * Default `scores`, `logits`, `aggregated`.
   */
  readonly outputs?: readonly string[];
}

function dense(name: string, x: Value, size: number): Value {
  const kernel = parameter(`${name}/kernel`, [x.shape[1]!, size]);
  return add(matmul(x, kernel), parameter(`${name}/bias`, [size]));
}

/** A change of the hidden layer's activations in training, for example dropout. */
export type Regularization = (hidden: Value) => Value;

/**
 * What follows a vector of features: `hidden` `[B, hidden]`, `logits` and `scores` `[B, D]`.
 *
 * @param x `[B, K]`
 */
export function denseLayers(
  x: Value,
  { hidden = 2048, categories = 1000 }: Pick<AggregationHeadOptions, 'hidden' | 'categories'>,
  regularize: Regularization = (activated) => activated,
): Record<'hidden' | 'logits' | 'scores', Value> {
  const activated = named('hidden', relu(dense('hidden', x, hidden)));
  const logits = named('logits', dense('output', regularize(activated), categories));
  return { hidden: activated, logits, scores: named('scores', sigmoid(logits)) };
}

/**
 * All values of the head by name: those of `aggregationValues` and of `denseLayers`.
 *
 * @param x `[N, K]`, for example the features of another graph's photos
 * @param offsets `uint32 [B + 1]`
 */
export function aggregationHeadValues(
  x: Value,
  offsets: Value,
  options: Pick<AggregationHeadOptions, 'kind' | 'hidden' | 'categories'>,
  regularize?: Regularization,
): Record<string, Value> {
  const values = aggregationValues(options.kind, x, offsets);
  return { ...values, ...denseLayers(values.aggregated!, options, regularize) };
}

/**
 * The head as a graph with the inputs `features` `[N, K]` and `offsets` `uint32 [B + 1]`.
 *
 * @throws ShapeError where an output is unknown, listing the names there are.
 */
export function aggregationHead(options: AggregationHeadOptions): Graph {
  const { capacity, sets, features = 1024, outputs = ['scores', 'logits', 'aggregated'] } = options;
  const x = input('features', [capacity, features]);
  const offsets = input('offsets', [sets + 1], 'uint32');
  return graphOf(
    `The aggregation head '${options.kind}'`,
    aggregationHeadValues(x, offsets, options),
    outputs,
  );
}

/** Each parameter's random stream. A name keeps its place, so that kinds of head share what they have in common. */
const streams: Readonly<Record<string, number>> = {
  'attention1/query': 1,
  'attention2/kernel': 2,
  'gate/kernel': 3,
  'hidden/kernel': 4,
  'output/kernel': 5,
};

/**
 * Initial parameters: kernels and the query uniform in ±√(6 / (in + out)), biases 0. The same seed gives the same
 * numbers everywhere, and two kinds of head start from the same numbers in the parameters that both have.
 *
 * Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks"
 * (AISTATS 2010), equation 16.
 *
 * @param seed any integer, taken modulo 2³²
 */
export function initializeAggregationHead(
  options: AggregationHeadOptions,
  seed: number,
): Record<string, Float32Array> {
  const parameters: Record<string, Float32Array> = {};
  const graph = aggregationHead({ ...options, outputs: ['scores'] });
  for (const [name, { shape }] of leaves(graph, 'parameter')) {
    const numbers = new Float32Array(elementCount(shape));
    const stream = streams[name];
    if (stream !== undefined) {
      const [fanIn, fanOut = 1] = shape as [number, number?];
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      const streamSeed = randomBits(seed, stream);
      for (let i = 0; i < numbers.length; i++) numbers[i] = (2 * uniform(streamSeed, i) - 1) * limit;
    }
    parameters[name] = numbers;
  }
  return parameters;
}
