import { describe, expect, test } from 'vitest';
import { meanOfParts } from '../../engine/graph/sums.ts';
import { type Graph, input, parameter } from '../../engine/index.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import {
  binaryCrossEntropy,
  broadcast,
  dropout,
  gradients,
  mean,
  scale,
  softmaxCrossEntropy,
  subtract,
  sumOfSquares,
  sumRows,
} from '../../engine/training.ts';
import { expectGradients } from './central-differences.ts';

const x = parameter('x', [3, 2, 5]);

describe('gradients agree with central differences', () => {
  test('sum_rows', () => expectGradients(sumRows(x), [x]));
  test('sum_rows of a vector', () => {
    const vector = parameter('vector', [7]);
    expectGradients(sumRows(vector), [vector]);
  });
  test('sum_rows of many rows, added up in parts', () => {
    const tall = parameter('tall', [4096, 3]);
    const sum = sumRows(tall);
    expect(sum.inputs[0]!.operation.kind).toBe('reshape');
    expectGradients(sum, [tall], { elements: 8 });
  });
  test('mean', () => expectGradients(mean(x), [x]));
  test('mean of parts', () => expectGradients(meanOfParts(x, 6), [x]));
  test('sum_of_squares', () => expectGradients(sumOfSquares(x), [x]));
  test('mean and sum_of_squares of many elements, added up in parts', () => {
    const large = parameter('large', [256, 256]);
    expect(mean(large).inputs[0]!.shape).toEqual([64]);
    expectGradients(mean(large), [large], { elements: 4 });
    // The sum is 2e4: its last digit shows in the difference.
    expectGradients(sumOfSquares(large), [large], { elements: 4, step: 1e-3 });
  });
  test('subtract', () => {
    const b = parameter('b', [3, 2, 5]);
    expectGradients(subtract(x, b), [x, b]);
  });
  test.each([1, 3, 30])('scale and broadcast by %d numbers', (parts) => {
    const s = parameter('s', [parts]);
    expectGradients(scale(x, -0.75, s), [x, s]);
    expectGradients(broadcast(s, [3, 2, 5], { factor: 0.3 }), [s]);
  });
  test('scale by a constant', () => expectGradients(scale(x, 1.5), [x]));
  test('dropout', () => {
    const counter = input('counter', [2], 'uint32');
    expectGradients(dropout(x, counter, { rate: 0.4, stream: 2 }), [x], { data: { counter: [7, 11] } });
  });
  test.each([1, 36])('binary_cross_entropy, positive weight %d', (positiveWeight) => {
    const logits = parameter('logits', [4, 3]);
    const targets = input('targets', [4, 3]);
    const data = { targets: [1, 0, 0, 1, 0.5, 0.1, 0, 0, 1, 1, 1, 0] };
    expectGradients(binaryCrossEntropy(logits, targets, { positiveWeight }), [logits], { data });
  });
  test('softmax_cross_entropy', () => {
    const logits = parameter('logits', [4, 3]);
    const targets = input('targets', [4, 3]);
    const data = { targets: [1, 0, 0, 0, 1, 0, 0.2, 0.3, 0.5, 0, 0, 2] };
    expectGradients(softmaxCrossEntropy(logits, targets), [logits], { data });
  });
});

const compute = (graph: Graph, inputs: Record<string, ArrayLike<number>>) =>
  interpret(graph, {
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, data]) => [name, Float64Array.from(data)])),
  });

describe('losses by hand', () => {
  const logits = input('logits', [1, 2]);
  const targets = input('targets', [1, 2]);

  test('the positive weight weighs the positive term alone', () => {
    const loss = (positiveWeight: number) =>
      compute(
        { outputs: { loss: binaryCrossEntropy(logits, targets, { positiveWeight }) } },
        { logits: [Math.log(3), 0], targets: [1, 0] },
      ).loss![0]!;
    // σ(ln 3) = 3/4, σ(0) = 1/2.
    expect(loss(1)).toBeCloseTo((Math.log(4 / 3) + Math.log(2)) / 2, 14);
    expect(loss(36)).toBeCloseTo((36 * Math.log(4 / 3) + Math.log(2)) / 2, 14);
  });

  test('softmax cross-entropy', () => {
    const graph = { outputs: { loss: softmaxCrossEntropy(logits, targets) } };
    const { loss } = compute(graph, { logits: [Math.log(3), 0], targets: [0, 1] });
    expect(loss![0]).toBeCloseTo(Math.log(4), 14);
  });

  test('targets have no gradient', () => {
    const loss = binaryCrossEntropy(logits, targets);
    expect(() => gradients(loss, [targets])).toThrow('differentiated for logits only');
  });
});

describe('what does not fit is refused', () => {
  const counter = input('counter', [2], 'uint32');
  test.each([
    [() => dropout(x, counter, { rate: 1 }), 'the rate must be from 0 and below 1, but it is 1'],
    [() => dropout(x, counter, { rate: Number.NaN }), 'but it is NaN'],
    [() => dropout(x, counter, { rate: 0.5, stream: -1 }), 'the stream must be a whole number'],
    [() => dropout(x, input('c', [2]), { rate: 0.5 }), 'the counter must be uint32 [2]'],
    [() => scale(x, Number.POSITIVE_INFINITY), 'scale: factor must be a finite number'],
    [() => scale(x, 1, parameter('s', [7])), 'P a divisor of the elements of [3, 2, 5]'],
    [() => broadcast(parameter('s', [2, 1]), [4]), 'float32 [2, 1]'],
    [() => subtract(x, parameter('b', [5])), 'the same shape'],
    [() => binaryCrossEntropy(parameter('z', [2, 3]), parameter('t', [3, 2])), 'the same shape'],
    [
      () => binaryCrossEntropy(parameter('z', [2, 3]), parameter('t', [2, 3]), { positiveWeight: 0 }),
      'the positive weight must be above 0',
    ],
  ])('%s', (build, message) => {
    expect(build).toThrow(message);
  });
});
