import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  aggregationHead,
  aggregationKinds,
  initializeAggregationHead,
  openWebGpu,
  raggedOffsets,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';
import { compare, explain, within } from '../../engine/reference/compare.ts';
import { interpret } from '../../engine/reference/interpreter.ts';

/** Shoppers with 1 to 40 photos, in no order, in a batch with room for a few more. */
const counts = [7, 1, 40, 2, 13, 1, 40, 5, 29, 3];
const capacity = 150;
const sizes = { capacity, sets: counts.length, features: 1024, categories: 1000 };
const offsets = raggedOffsets(counts, capacity);

/** Like MobileNet's features: from 0 to 6, half of them 0. Rows beyond the last set are not 0, to be seen if read. */
const features = Float32Array.from({ length: capacity * 1024 }, (_, i) =>
  Math.max(0, 12 * uniform(21, i) - 6),
);

describe('the aggregation head at K = 1024, D = 1000', () => {
  let backend: WebGpuBackend;
  beforeAll(async () => {
    backend = await openWebGpu();
  });
  afterAll(() => backend?.dispose());

  /** Runs on the GPU and in float64, and compares every output; returns those of the GPU. */
  async function expectAgreement(
    kind: (typeof aggregationKinds)[number],
    outputs: readonly string[],
    queryScale = 1,
  ): Promise<Record<string, Float32Array>> {
    const options = { kind, ...sizes, outputs };
    const parameters = initializeAggregationHead(options, 17);
    for (const [name, numbers] of Object.entries(parameters)) {
      if (name.endsWith('bias')) numbers.set(numbers.map((_, i) => uniform(18, i) - 0.5));
      if (name.endsWith('query')) numbers.set(numbers.map((q) => q * queryScale));
    }
    const graph = aggregationHead(options);
    const expected = interpret(graph, { inputs: { features, offsets }, parameters });
    using program = await backend.compile(graph, parameters);
    const actual = await program.run({ features, offsets });
    for (const name of outputs) {
      const comparison = compare(actual[name]!, expected[name]!);
      const shape = graph.outputs[name]!.shape;
      const told = `${kind} ${name}: ${explain(comparison, shape)}`;
      expect(within(comparison, { relativeL2: 1e-5, relativeWorst: 1e-4 }), told).toBe(true);
    }
    return actual;
  }

  test.each(aggregationKinds)('%s agrees with float64', async (kind) => {
    await expectAgreement(kind, ['scores', 'logits', 'hidden', 'aggregated']);
  });

  test.each(aggregationKinds.slice(1))('%s shows its weights', async (kind) => {
    const { weights } = await expectAgreement(kind, ['scores', 'weights', 'attention1/weights']);
    for (let b = 0; b < counts.length; b++) {
      const set = weights!.slice(offsets[b], offsets[b + 1]);
      expect(set.reduce((sum, w) => sum + w)).toBeCloseTo(1, 5);
    }
    expect(Math.max(...weights!.slice(offsets.at(-1)))).toBe(0);
  });

  test('the second block attends differently from the first', async () => {
    const values = await expectAgreement('two-attention', ['attention1/weights', 'attention2/weights']);
    const distance = compare(values['attention2/weights']!, values['attention1/weights']!).relativeL2;
    expect(distance).toBeGreaterThan(0.1);
  });

  test('scores in the thousands choose one photo of each set, and stay finite', async () => {
    const { weights } = await expectAgreement('attention', ['scores', 'aggregated', 'weights'], 1000);
    for (let b = 0; b < counts.length; b++) {
      expect(Math.max(...weights!.slice(offsets[b], offsets[b + 1]))).toBeGreaterThan(0.5);
    }
  });
});
