import { describe, expect, test } from 'vitest';
import {
  attentionScores,
  type Graph,
  InputError,
  imagePreprocess,
  input,
  parameter,
  planGraph,
  reshape,
  ShapeError,
  segmentMean,
  segmentSoftmax,
  segmentWeightedSum,
} from '../../engine/index.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { checkRaggedInputs } from '../../engine/run/check-inputs.ts';

const target = {
  features: new Set<string>(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  software: true,
};

const x = input('x', [5, 4]);
const e = input('e', [5]);
const offsets = input('offsets', [3], 'uint32');
const weights = segmentSoftmax(e, offsets);
const graphs: Record<string, Graph> = {
  attention_scores: { outputs: { y: attentionScores(x, parameter('q', [4]), offsets) } },
  segment_softmax: { outputs: { y: weights } },
  segment_weighted_sum: { outputs: { y: segmentWeightedSum(e, x, offsets) } },
  segment_mean: { outputs: { y: segmentMean(x, offsets) } },
  attention_pool: { outputs: { y: segmentWeightedSum(weights, x, offsets) } },
};
const given = { x: new Float32Array(20), e: new Float32Array(5) };

describe.each(Object.entries(graphs))('offsets of %s', (operation, graph) => {
  const { dispatches } = planGraph(graph, target);
  const check = (numbers: number[]) => () =>
    checkRaggedInputs(dispatches, { ...given, offsets: Uint32Array.from(numbers) });

  test('that divide the rows are taken', () => {
    expect(dispatches.map((dispatch) => dispatch.operation)).toEqual([operation]);
    expect(check([0, 2, 5])).not.toThrow();
    expect(check([0, 0, 3])).not.toThrow();
  });

  test('that do not are refused, as the reference does', () => {
    expect(check([1, 2, 5])).toThrow(/must start at 0, but they start at 1/);
    expect(check([0, 3, 2])).toThrow(/must never fall/);
    expect(check([0, 2, 6])).toThrow(/end at 6, but there are only 5 rows/);
    const bindings = { inputs: { ...given, offsets: Uint32Array.of(0, 2, 6) } };
    expect(() => interpret(graph, { ...bindings, parameters: { q: new Float32Array(4) } })).toThrow(
      InputError,
    );
  });
});

test('a layout of photos that reaches beyond the pixels is refused', () => {
  const image = imagePreprocess(input('pixels', [30, 4], 'uint8'), input('layout', [2, 3], 'uint32'));
  const { dispatches } = planGraph({ outputs: { image } }, target);
  const check =
    (...layout: number[]) =>
    () =>
      checkRaggedInputs(dispatches, { pixels: new Uint8Array(120), layout: Uint32Array.from(layout) });
  expect(check(0, 2, 5, 10, 4, 5)).not.toThrow();
  expect(check(0, 2, 5, 10, 3, 7)).toThrow(
    'photo 1 ends at pixel 31, but there are 30; pack the photos again',
  );
});

test('sizes that are no positive integers are refused where a graph is built', () => {
  expect(() => reshape(x, [-4, -5])).toThrow(ShapeError);
  expect(() => reshape(x, [2.5, 8])).toThrow('reshape: every size must be a positive integer');
  const photos = [input('pixels', [30, 4], 'uint8'), input('layout', [2, 3], 'uint32')] as const;
  expect(() => imagePreprocess(...photos, { height: 0 })).toThrow('[0, 224]');
});
