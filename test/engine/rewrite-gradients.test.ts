import { expect, test } from 'vitest';
import { gradients } from '../../engine/gradient/gradients.ts';
import { reluGradient, tanhGradient } from '../../engine/graph/activation-gradients.ts';
import { add, multiply, relu, relu6, sigmoid, tanh } from '../../engine/graph/elementwise.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { matmul } from '../../engine/graph/matmul.ts';
import { matmulTransposedRight } from '../../engine/graph/transposed-matmul.ts';
import { elementCount, type Graph, leaves, topologicalOrder, type Value } from '../../engine/graph/value.ts';
import { uniform } from '../../engine/random.ts';
import { compare, within } from '../../engine/reference/compare.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { optimize } from '../../engine/rewrite/passes.ts';
import { weighedSum } from '../gradient/central-differences.ts';
import '../../engine/training.ts';

function bindings(graph: Graph) {
  let counter = 0;
  const fill = (kind: 'input' | 'parameter') =>
    Object.fromEntries(
      [...leaves(graph, kind)].map(([name, { shape }]) => [
        name,
        Float64Array.from({ length: elementCount(shape) }, () => 2 * uniform(7, counter++) - 1),
      ]),
    );
  return { inputs: fill('input'), parameters: fill('parameter') };
}

/** The rewritten graph computes what the graph as written computes; returns its values by kind and epilogue. */
function expectSameOutputs(outputs: readonly Value[]): string[] {
  const graph: Graph = { outputs: Object.fromEntries(outputs.entries()) };
  const optimized = optimize(graph);
  const given = bindings(graph);
  const expected = interpret(graph, given);
  const actual = interpret(optimized, given);
  for (const [name, numbers] of Object.entries(expected)) {
    // Both run in float64; only the order of additions may differ.
    const comparison = compare(actual[name]!, numbers);
    expect(within(comparison, { relativeL2: 1e-14, relativeWorst: 1e-12 }), name).toBe(true);
  }
  return topologicalOrder(optimized)
    .filter(({ operation: { kind } }) => !['input', 'parameter', 'reshape', 'constant'].includes(kind))
    .map(({ operation: { kind }, epilogue }) => [kind, ...epilogue].join(' → '));
}

const x = input('x', [3, 5]);
const w = parameter('w', [5, 4]);
const v = parameter('v', [4, 2]);

test.each([
  [relu, 'relu'],
  [relu6, 'relu6'],
  [sigmoid, 'sigmoid'],
  [tanh, 'tanh'],
] as const)('the gradient of an activation moves into the product behind it: %o', (activation, name) => {
  const { loss } = weighedSum(matmul(activation(add(matmul(x, w), parameter('b', [4]))), v));
  const kinds = expectSameOutputs([loss, ...gradients(loss, [w, v])]);
  expect(kinds).toContain(`matmul_transposed_right → ${name}_gradient`);
  expect(kinds.filter((kind) => kind.startsWith(`${name}_gradient`))).toEqual([]);
});

test('the two gradients of a gated value are added where the first is made', () => {
  const hidden = matmul(x, parameter('u', [5, 5]));
  const gated = multiply(sigmoid(matmul(hidden, parameter('g', [5, 5]))), hidden);
  const { loss } = weighedSum(gated);
  const kinds = expectSameOutputs(gradients(loss, [parameter('u', [5, 5]), parameter('g', [5, 5])]));
  expect(kinds).toContain('multiply → add');
  expect(kinds).toContain('multiply → sigmoid_gradient');
  expect(kinds).not.toContain('add');
});

test('a product whose gradient somebody else needs is not swallowed', () => {
  const dy = matmulTransposedRight(input('dz', [3, 2]), v);
  const y = input('y', [3, 4]);
  expect(expectSameOutputs([dy, reluGradient(dy, y)])).toEqual(['matmul_transposed_right', 'relu_gradient']);
  // One gradient behind the other; the output of the activation is no producer of its gradient.
  expect(expectSameOutputs([tanhGradient(reluGradient(dy, y), input('h', [3, 4]))])).toEqual([
    'matmul_transposed_right → relu_gradient → tanh_gradient',
  ]);
  expect(expectSameOutputs([tanhGradient(input('d', [3, 4]), matmul(x, w))])).toEqual([
    'matmul',
    'tanh_gradient',
  ]);
});
