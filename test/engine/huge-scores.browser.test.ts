import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  attentionScores,
  compare,
  type Graph,
  input,
  matmul,
  openWebGpu,
  planGraph,
  segmentSoftmax,
  segmentWeightedSum,
  softmax,
  type WebGpuBackend,
  within,
} from '../../engine/index.ts';
import { interpret } from '../../engine/reference/interpreter.ts';

let backend: WebGpuBackend;
beforeAll(async () => {
  backend = await openWebGpu();
});
afterAll(() => backend.dispose());

/** Runs a graph on the device and in float64; every output must be finite and agree. */
async function expectAgreement(
  graph: Graph,
  inputs: Record<string, Float32Array | Uint32Array>,
): Promise<void> {
  using program = await backend.compile(graph, {});
  const actual = await program.run(inputs);
  const expected = interpret(graph, { inputs, parameters: {} });
  for (const name of Object.keys(graph.outputs)) {
    const comparison = compare(actual[name] as Float32Array, expected[name]!);
    expect(within(comparison, { relativeL2: 1e-6 }), `${name}: ${JSON.stringify(comparison)}`).toBe(true);
  }
}

test('softmax of logits near the ends of float32', async () => {
  const x = input('x', [4, 2]);
  const w = input('w', [2, 5]);
  await expectAgreement(
    { outputs: { probabilities: softmax(matmul(x, w)) } },
    {
      x: new Float32Array([1, 0, -1, 0, 0, 1, 1, 1]),
      w: new Float32Array([3e38, -3e38, 1e38, 3e38, 0, 1, 2, 3, 2, 1]),
    },
  );
});

const setSizes = { capacity: 10, features: 16 };
const offsets = new Uint32Array([0, 1, 4, 4, 9]);

/** Scores, weights and pooled features; with `withWeights` the weights are an output, so nothing can be fused. */
function pooling(withWeights: boolean): Graph {
  const { capacity, features } = setSizes;
  const x = input('x', [capacity, features]);
  const sets = input('offsets', [offsets.length], 'uint32');
  const weights = segmentSoftmax(attentionScores(x, input('q', [features]), sets), sets);
  const pooled = segmentWeightedSum(weights, x, sets);
  return { outputs: withWeights ? { weights, pooled } : { pooled } };
}

test.each([
  ['fused', false, ['attention_scores', 'attention_pool']],
  ['in two steps', true, ['attention_scores', 'segment_softmax', 'segment_weighted_sum']],
])('attention over sets with scores of ±1e38, %s', async (_name, withWeights, kernels) => {
  const { capacity, features } = setSizes;
  const graph = pooling(withWeights);
  expect(planGraph(graph, backend.target).dispatches.map(({ kernel }) => kernel.name)).toEqual(kernels);
  const firstColumn = [-1e38, 1e38, 1e38, -1e38, 2, -1e38, 1, 2, -1e38, 7];
  const x = new Float32Array(capacity * features).map((_, index) =>
    index % features === 0 ? firstColumn[index / features]! : (index % 11) / 11,
  );
  const q = new Float32Array(features);
  q[0] = 1;
  await expectAgreement(graph, { x, q, offsets });
});
