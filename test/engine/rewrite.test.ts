import { describe, expect, test } from 'vitest';
import { conv2d } from '../../engine/graph/convolution.ts';
import { add, multiply, relu6, sigmoid, tanh } from '../../engine/graph/elementwise.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { matmul } from '../../engine/graph/matmul.ts';
import { attentionScores, segmentSoftmax, segmentWeightedSum } from '../../engine/graph/segments.ts';
import { elementCount, type Graph, leaves, named, topologicalOrder } from '../../engine/graph/value.ts';
import { uniform } from '../../engine/random.ts';
import { compare, within } from '../../engine/reference/compare.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { optimize } from '../../engine/rewrite/passes.ts';

/** Seeded numbers in [−1, 1) for every leaf; offsets are given. */
function bindings(graph: Graph, offsets: Uint32Array) {
  let counter = 0;
  const fill = (kind: 'input' | 'parameter') =>
    Object.fromEntries(
      [...leaves(graph, kind)].map(([name, { shape, dataType }]) => [
        name,
        dataType === 'uint32'
          ? offsets
          : Float64Array.from({ length: elementCount(shape) }, () => 2 * uniform(7, counter++) - 1),
      ]),
    );
  return { inputs: fill('input'), parameters: fill('parameter') };
}

/** The rewritten graph computes what the graph as written computes. */
function expectSameOutputs(graph: Graph, offsets = Uint32Array.of(0, 1)): Graph {
  const optimized = optimize(graph);
  const given = bindings(graph, offsets);
  const expected = interpret(graph, given);
  const actual = interpret(optimized, given);
  for (const name of Object.keys(expected)) {
    // Both run in float64; only the order of additions may differ.
    expect(within(compare(actual[name]!, expected[name]!), { relativeL2: 1e-14, relativeWorst: 1e-12 })).toBe(
      true,
    );
  }
  return optimized;
}

const kinds = (graph: Graph) =>
  topologicalOrder(graph)
    .map(({ operation }) => operation.kind)
    .filter((kind) => kind !== 'input' && kind !== 'parameter' && kind !== 'reshape');

describe('rewrites keep the meaning', () => {
  test('a 1×1 convolution with bias and ReLU6 becomes one matrix product', () => {
    const x = input('x', [2, 3, 5, 6]);
    const convolved = conv2d(x, parameter('w', [1, 1, 6, 7]));
    const graph = { outputs: { y: named('layer', relu6(add(convolved, parameter('b', [7])))) } };
    const optimized = expectSameOutputs(graph);
    expect(kinds(optimized)).toEqual(['matmul']);
    expect(optimized.outputs.y!.epilogue).toEqual(['bias', 'relu6']);
    expect(optimized.outputs.y!.label).toBe('layer');
  });

  test('a strided or padded 1×1 convolution stays a convolution', () => {
    const x = input('x', [1, 4, 4, 3]);
    const w = parameter('w', [1, 1, 3, 2]);
    for (const options of [{ strides: 2 }, { padding: { top: 1, bottom: 0, left: 0, right: 0 } }]) {
      expect(kinds(expectSameOutputs({ outputs: { y: conv2d(x, w, options) } }))).toEqual(['conv2d']);
    }
  });

  test('context gating becomes one matrix product', () => {
    const x = input('x', [3, 5]);
    const gate = sigmoid(add(matmul(x, parameter('w', [5, 5])), parameter('b', [5])));
    for (const y of [multiply(gate, x), multiply(x, gate)]) {
      const optimized = expectSameOutputs({ outputs: { y } });
      expect(kinds(optimized)).toEqual(['matmul']);
      expect(optimized.outputs.y!.epilogue).toEqual(['bias', 'sigmoid', 'multiply']);
    }
  });

  test('a kernel takes no more operands than every GPU binds', () => {
    const shape = [3, 4];
    let y = matmul(input('x', [3, 5]), parameter('w', [5, 4]));
    for (let i = 0; i < 12; i++) y = add(y, input(`x${i}`, shape));
    const optimized = expectSameOutputs({ outputs: { y } });
    expect(kinds(optimized)).toEqual(['matmul', 'add', 'add']);
    // The output takes a binding too; 8 is the least `maxStorageBuffersPerShaderStage` of WebGPU.
    for (const { inputs } of topologicalOrder(optimized)) expect(inputs.length + 1).toBeLessThanOrEqual(8);
  });

  test('a value that somebody else needs is not swallowed', () => {
    const z = matmul(input('x', [3, 5]), parameter('w', [5, 4]));
    const asOutput = expectSameOutputs({ outputs: { z, y: tanh(z) } });
    expect(kinds(asOutput)).toEqual(['matmul', 'tanh']);
    const usedTwice = expectSameOutputs({ outputs: { y: multiply(tanh(z), sigmoid(z)) } });
    expect(kinds(usedTwice).sort()).toEqual(['matmul', 'sigmoid', 'tanh']);
    expect(kinds(expectSameOutputs({ outputs: { y: multiply(z, z) } }))).toEqual(['matmul', 'multiply']);
  });

  test('softmax and weighted sum of a set become attention pooling, unless the weights are asked for', () => {
    const x = input('x', [9, 4]);
    const offsets = input('offsets', [4], 'uint32');
    const weights = segmentSoftmax(attentionScores(x, parameter('q', [4]), offsets), offsets);
    const pooled = segmentWeightedSum(weights, x, offsets);
    const sets = Uint32Array.of(0, 1, 1, 8);
    expect(kinds(expectSameOutputs({ outputs: { pooled } }, sets))).toEqual([
      'attention_scores',
      'attention_pool',
    ]);
    expect(kinds(expectSameOutputs({ outputs: { pooled, weights } }, sets))).toEqual([
      'attention_scores',
      'segment_softmax',
      'segment_weighted_sum',
    ]);
  });
});
