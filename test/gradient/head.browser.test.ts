import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaves } from '../../engine/graph/value.ts';
import {
  aggregationKinds,
  type Graph,
  initializeAggregationHead,
  openWebGpu,
  raggedOffsets,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';
import { compare, explain, within } from '../../engine/reference/compare.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { aggregationHeadLoss, gradients } from '../../engine/training.ts';

/** People with 0 to 40 photos, in no order, in a batch with room for a few more. */
const counts = [7, 1, 40, 0, 13, 1, 22, 5];
const capacity = 95;
const sizes = { capacity, sets: counts.length, features: 256, hidden: 300, categories: 250 };
const random = (count: number, seed: number, low: number, high: number) =>
  Float32Array.from({ length: count }, (_, i) => low + (high - low) * uniform(seed, i));
const inputs = {
  offsets: raggedOffsets(counts, capacity),
  // Like MobileNet's features. Rows beyond the last set are not 0, to be seen if read.
  features: random(capacity * 256, 21, -6, 6).map((x) => Math.max(x, 0)),
  targets: random(counts.length * 250, 22, 0, 1).map((x) => Number(x < 0.1)),
  random: Uint32Array.of(5, 1234),
};

let backend: WebGpuBackend;
beforeAll(async () => {
  backend = await openWebGpu();
});
afterAll(() => backend?.dispose());

test.each(aggregationKinds)(
  'the loss of the whole head, %s, and its gradients agree with float64',
  async (kind) => {
    const options = { kind, ...sizes };
    const loss = aggregationHeadLoss(options);
    const wanted = [...leaves({ outputs: { loss } }, 'parameter').values()];
    const features = leaves({ outputs: { loss } }, 'input').get('features')!;
    const found = gradients(loss, [...wanted, features]);
    const names = [...wanted, features].map(({ label }) => `∂${label}`);
    const graph: Graph = {
      outputs: { loss, ...Object.fromEntries(names.map((name, index) => [name, found[index]!])) },
    };
    const parameters = initializeAggregationHead(options, 17);
    for (const [name, numbers] of Object.entries(parameters)) {
      if (name.endsWith('bias')) numbers.set(random(numbers.length, 18, -0.5, 0.5));
      // Scores of a few units: a softmax that is decided has a gradient that only rounding makes.
      if (name.startsWith('attention')) numbers.set(numbers.map((q) => q / 4));
    }
    const expected = interpret(graph, { inputs, parameters });
    using program = await backend.compile(graph, parameters);
    const actual = await program.run(inputs);
    for (const [name, { shape }] of Object.entries(graph.outputs)) {
      const comparison = compare(actual[name]!, expected[name]!);
      const told = `${kind} ${name}: ${explain(comparison, shape)}`;
      expect(within(comparison, { relativeL2: 1e-5, relativeWorst: 1e-4 }), told).toBe(true);
    }
    const again = await program.run(inputs);
    for (const [name, numbers] of Object.entries(actual)) {
      const different = numbers.findIndex((number, index) => number !== again[name]![index]);
      expect(different, `${name} has the same bits again`).toBe(-1);
    }
  },
);
