import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../engine/errors.ts';
import { sigmoidGradient } from '../../engine/graph/activation-gradients.ts';
import { add, multiply, relu, relu6, sigmoid, tanh } from '../../engine/graph/elementwise.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { reshape } from '../../engine/graph/reduction.ts';
import { expectGradients } from './central-differences.ts';

const shapes = [[5], [3, 4], [2, 3, 2, 5]];

/** On both sides of all kinks, none nearer than 0.05. */
function awayFromKinks(count: number): Float64Array {
  const numbers = [-7, -2.5, -0.3, -0.05, 0.05, 0.7, 3.1, 5.95, 6.05, 9];
  return Float64Array.from({ length: count }, (_, index) => numbers[(7 * index) % numbers.length]!);
}

describe.each(shapes.map((shape) => [shape]))('%j', (shape) => {
  const x = input('x', shape);
  const count = shape.reduce((product, size) => product * size, 1);

  test.each([relu, relu6, sigmoid, tanh])('%o', (activation) => {
    expectGradients(activation(x), [x], { data: { x: awayFromKinks(count) } });
  });

  test('a sum of two', () => {
    const z = input('z', shape);
    expectGradients(add(x, z), [x, z]);
    expectGradients(add(x, x), [x]);
  });

  test('a product of two', () => {
    const z = input('z', shape);
    expectGradients(multiply(x, z), [x, z]);
    expectGradients(multiply(x, x), [x]);
  });

  test('a bias', () => {
    const bias = parameter('b', [shape.at(-1)!]);
    expectGradients(add(x, bias), [x, bias]);
  });

  test('reshape', () => {
    expectGradients(multiply(reshape(x, [count]), input('z', [count])), [x]);
  });
});

test('gates and residuals: values with several users', () => {
  const x = input('x', [3, 4]);
  const gate = sigmoid(add(x, parameter('b', [4])));
  const y = add(multiply(gate, x), tanh(gate));
  expectGradients(y, [x, parameter('b', [4])]);
});

test('an activation and its gradient must have one shape', () => {
  expect(() => sigmoidGradient(input('dy', [2, 3]), input('y', [3, 2]))).toThrow(ShapeError);
});
