import { describe, expect, test } from 'vitest';
import { raggedOffsets } from '../../engine/data/ragged.ts';
import { leaves } from '../../engine/graph/value.ts';
import { type AggregationKind, aggregationKinds } from '../../engine/models/aggregation.ts';
import { aggregationHead, initializeAggregationHead } from '../../engine/models/aggregation-head.ts';
import { uniform } from '../../engine/random.ts';
import { compare } from '../../engine/reference/compare.ts';
import { interpret } from '../../engine/reference/interpreter.ts';

const counts = [1, 5, 3];
const capacity = 10;
const sizes = { capacity, sets: counts.length, features: 6, hidden: 8, categories: 4 };
const offsets = raggedOffsets(counts, capacity);
const features = Float64Array.from({ length: capacity * 6 }, (_, i) => 2 * uniform(3, i) - 1);

/** Parameters with non-zero biases and attention strong enough to matter. */
function parametersOf(kind: AggregationKind): Record<string, Float32Array> {
  const parameters = initializeAggregationHead({ kind, ...sizes }, 5);
  for (const [name, numbers] of Object.entries(parameters)) {
    if (name.endsWith('bias')) numbers.set(numbers.map((_, i) => uniform(8, i) - 0.5));
    if (name.endsWith('query')) numbers.set(numbers.map((q) => 3 * q));
  }
  return parameters;
}

function run(kind: AggregationKind, outputs: readonly string[], x = features) {
  const graph = aggregationHead({ kind, ...sizes, outputs });
  return interpret(graph, { inputs: { features: x, offsets }, parameters: parametersOf(kind) });
}

/** Row b of a `[B, K]` result. */
const row = (numbers: Float64Array, b: number): Float64Array => numbers.slice(b * 6, b * 6 + 6);

describe('aggregation', () => {
  test('the kinds are compared with distinct results', () => {
    const results = aggregationKinds.map((kind) => run(kind, ['aggregated']).aggregated!);
    for (const [i, a] of results.entries()) {
      for (const b of results.slice(i + 1)) expect(compare(a, b).relativeL2).toBeGreaterThan(1e-3);
    }
  });

  test.each(aggregationKinds)('%s: the order of photos in a set does not matter', (kind) => {
    const order = [0, 3, 5, 1, 2, 4, 8, 7, 6, 9];
    const permuted = Float64Array.from(order.flatMap((m) => [...features.slice(m * 6, m * 6 + 6)]));
    const { scores } = run(kind, ['scores']);
    expect(compare(run(kind, ['scores'], permuted).scores!, scores!).relativeL2).toBeLessThan(1e-14);
  });

  test.each(aggregationKinds)('%s: rows beyond the last set change nothing', (kind) => {
    const changed = features.slice();
    changed.fill(1e6, 9 * 6);
    expect(run(kind, ['scores'], changed)).toEqual(run(kind, ['scores']));
  });

  test.each(aggregationKinds)('%s: a set of equal photos gives that photo (before gating)', (kind) => {
    const photo = features.slice(0, 6);
    const equal = Float64Array.from({ length: capacity * 6 }, (_, i) => photo[i % 6]!);
    const name = kind === 'two-attention-gated' ? 'attention2/pooled' : 'aggregated';
    const pooled = run(kind, [name], equal)[name]!;
    for (let b = 0; b < counts.length; b++) {
      expect(compare(row(pooled, b), photo).relativeL2).toBeLessThan(1e-14);
    }
  });

  test('attention weights are positive and sum to 1 in each set, in both blocks', () => {
    const values = run('two-attention', ['weights', 'attention1/weights', 'attention2/weights']);
    expect(values.weights).toEqual(values['attention2/weights']);
    for (const name of ['attention1/weights', 'attention2/weights']) {
      const weights = values[name]!;
      for (let b = 0; b < counts.length; b++) {
        const set = weights.slice(offsets[b], offsets[b + 1]);
        expect(Math.min(...set)).toBeGreaterThan(0);
        expect(set.reduce((sum, w) => sum + w)).toBeCloseTo(1, 14);
      }
      expect(weights[9]).toBe(0);
    }
    expect(compare(values['attention1/weights']!, values['attention2/weights']!).relativeL2).toBeGreaterThan(
      1e-3,
    );
  });

  test('the weights of one block are the softmax of products with the query', () => {
    const { weights } = run('attention', ['weights']);
    const query = parametersOf('attention')['attention1/query']!;
    const score = (m: number) => row(features, m).reduce((sum, x, k) => sum + x * query[k]!, 0);
    // Ratios of weights know nothing of how the softmax is normalised.
    expect(Math.log(weights![2]! / weights![4]!)).toBeCloseTo(score(2) - score(4), 12);
    expect(Math.log(weights![6]! / weights![8]!)).toBeCloseTo(score(6) - score(8), 12);
  });

  test("the second block's query is tanh of a linear map of the first's result", () => {
    const values = run('two-attention', ['attention1/pooled', 'attention2/query', 'attention2/weights']);
    const { 'attention2/kernel': kernel, 'attention2/bias': bias } = parametersOf('two-attention');
    const pooled = row(values['attention1/pooled']!, 1);
    const query = row(values['attention2/query']!, 1);
    query.forEach((q, n) => {
      const sum = pooled.reduce((total, r, k) => total + r * kernel![k * 6 + n]!, bias![n]!);
      expect(Math.atanh(q)).toBeCloseTo(sum, 12);
    });
    const score = (m: number) => row(features, m).reduce((sum, x, k) => sum + x * query[k]!, 0);
    const weights = values['attention2/weights']!;
    expect(Math.log(weights[1]! / weights[5]!)).toBeCloseTo(score(1) - score(5), 12);
  });

  test('the gate lies between 0 and 1 and scales the vector that it is computed from', () => {
    const values = run('two-attention-gated', ['gate', 'attention2/pooled', 'aggregated']);
    const { 'gate/kernel': kernel, 'gate/bias': bias } = parametersOf('two-attention-gated');
    values.gate!.forEach((g, i) => {
      expect(g).toBeGreaterThan(0);
      expect(g).toBeLessThan(1);
      expect(values.aggregated![i]!).toBeCloseTo(g * values['attention2/pooled']![i]!, 15);
    });
    const pooled = row(values['attention2/pooled']!, 2);
    const logit = pooled.reduce((sum, x, k) => sum + x * kernel![k * 6 + 1]!, bias![1]!);
    const gate = row(values.gate!, 2)[1]!;
    expect(Math.log(gate / (1 - gate))).toBeCloseTo(logit, 12);
  });

  test('huge features make finite scores', () => {
    const huge = features.map((x) => x * 1e250);
    for (const kind of aggregationKinds) {
      for (const score of run(kind, ['scores'], huge).scores!) {
        expect(score >= 0 && score <= 1, kind).toBe(true);
      }
    }
  });
});

describe('the aggregation head', () => {
  const parameterNames = (kind: AggregationKind) => [
    ...leaves(aggregationHead({ kind, capacity: 40, sets: 1 }), 'parameter').keys(),
  ];
  const dense = ['hidden/kernel', 'hidden/bias', 'output/kernel', 'output/bias'];

  test('has the parameters of its kind', () => {
    const second = ['attention1/query', 'attention2/kernel', 'attention2/bias'];
    expect(parameterNames('average')).toEqual(dense);
    expect(parameterNames('attention')).toEqual(['attention1/query', ...dense]);
    expect(parameterNames('two-attention')).toEqual([...second, ...dense]);
    expect(parameterNames('two-attention-gated')).toEqual([...second, 'gate/kernel', 'gate/bias', ...dense]);
  });

  test('has the sizes of the paper by default', () => {
    const { outputs } = aggregationHead({
      kind: 'two-attention-gated',
      capacity: 90,
      sets: 3,
      outputs: ['weights', 'aggregated', 'hidden', 'logits', 'scores'],
    });
    const shapes = Object.values(outputs).map(({ shape }) => shape);
    expect(shapes).toEqual([[90], [3, 1024], [3, 2048], [3, 1000], [3, 1000]]);
    expect(Object.keys(aggregationHead({ kind: 'average', capacity: 9, sets: 2 }).outputs)).toEqual([
      'scores',
      'logits',
      'aggregated',
    ]);
  });

  test('scores are the sigmoid of a dense layer on a dense layer with ReLU', () => {
    const { aggregated, hidden, logits, scores } = run('average', [
      'aggregated',
      'hidden',
      'logits',
      'scores',
    ]);
    const parameters = parametersOf('average');
    const expectedHidden = (n: number) =>
      row(aggregated!, 1).reduce(
        (sum, x, k) => sum + x * parameters['hidden/kernel']![k * 8 + n]!,
        parameters['hidden/bias']![n]!,
      );
    const signs = new Set<number>();
    for (let n = 0; n < 8; n++) {
      signs.add(Math.sign(expectedHidden(n)));
      expect(hidden![8 + n]).toBeCloseTo(Math.max(expectedHidden(n), 0), 14);
    }
    expect(signs.size).toBe(2);
    const logit = hidden!
      .slice(8, 16)
      .reduce(
        (sum, h, k) => sum + h * parameters['output/kernel']![k * 4 + 3]!,
        parameters['output/bias']![3]!,
      );
    expect(logits![7]).toBeCloseTo(logit, 14);
    expect(Math.log(scores![7]! / (1 - scores![7]!))).toBeCloseTo(logit, 13);
  });

  test('says which values there are', () => {
    expect(() => aggregationHead({ kind: 'average', ...sizes, outputs: ['weights'] })).toThrow(
      "The aggregation head 'average' has no value 'weights'; it has: aggregated, hidden, logits, scores.",
    );
    expect(() => aggregationHead({ kind: 'median' as AggregationKind, ...sizes })).toThrow(
      "There is no aggregation 'median'; there are: average, attention, two-attention, two-attention-gated.",
    );
  });

  test('initial parameters are seeded, Glorot uniform, and shared between kinds', () => {
    const options = { kind: 'two-attention-gated', ...sizes, features: 64, hidden: 128 } as const;
    const parameters = initializeAggregationHead(options, 1);
    expect(initializeAggregationHead(options, 1)).toEqual(parameters);
    expect(initializeAggregationHead(options, 2)['hidden/kernel']).not.toEqual(parameters['hidden/kernel']);
    const average = initializeAggregationHead({ ...options, kind: 'average' }, 1);
    expect(average['hidden/kernel']).toEqual(parameters['hidden/kernel']);
    expect(parameters['gate/kernel']).not.toEqual(parameters['attention2/kernel']);

    const kernel = parameters['hidden/kernel']!;
    const limit = Math.sqrt(6 / (64 + 128));
    const mean = kernel.reduce((sum, w) => sum + w, 0) / kernel.length;
    const variance = kernel.reduce((sum, w) => sum + w * w, 0) / kernel.length;
    expect(Math.max(...kernel.map(Math.abs))).toBeLessThanOrEqual(Math.fround(limit));
    // Five standard errors: of the mean limit / √(3n), of the mean square limit² · √(4 / 45n).
    expect(Math.abs(mean)).toBeLessThan((5 * limit) / Math.sqrt(3 * kernel.length));
    expect(Math.abs(variance - limit ** 2 / 3)).toBeLessThan(
      5 * limit ** 2 * Math.sqrt(4 / 45 / kernel.length),
    );
    expect([...parameters['gate/bias']!]).toEqual(new Array(64).fill(0));
  });
});
