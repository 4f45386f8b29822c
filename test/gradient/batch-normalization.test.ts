import { describe, expect, test } from 'vitest';
import { gradients } from '../../engine/gradient/gradients.ts';
import {
  batchMoments,
  batchNormalize,
  batchNormalizeGradient,
} from '../../engine/graph/batch-normalization.ts';
import { relu6 } from '../../engine/graph/elementwise.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { row } from '../../engine/graph/row.ts';
import { mean } from '../../engine/graph/sums.ts';
import { topologicalOrder, type Value } from '../../engine/graph/value.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { expectGradients } from './central-differences.ts';

function operands(shape: readonly number[]): { x: Value; scale: Value; shift: Value } {
  const channels = shape.at(-1)!;
  return {
    x: input('x', shape),
    scale: parameter('scale', [channels]),
    shift: parameter('shift', [channels]),
  };
}

const shapes = [
  [5, 3],
  [2, 3, 4, 2],
  [3, 7, 7, 1],
  [2, 5, 9, 6],
];

describe('statistics of the batch', () => {
  test.each(shapes)('[%s, %s, %s, %s]', (...shape) => {
    const { x, scale, shift } = operands(shape.filter((size) => size !== undefined));
    expectGradients(batchNormalize(x, batchMoments(x), scale, shift), [x, scale, shift]);
  });

  test('behind it ReLU6', () => {
    const { x, scale, shift } = operands([2, 3, 4, 2]);
    const normalized = batchNormalize(x, batchMoments(x), scale, shift, { epsilon: 0.1 });
    expectGradients(relu6(normalized), [x, scale, shift]);
  });

  test('one row: nothing of x gets through', () => {
    const { x, scale, shift } = operands([1, 3]);
    const [dx] = gradients(mean(batchNormalize(x, batchMoments(x), scale, shift)), [x]);
    const { dx: zeros } = interpret(
      { outputs: { dx: dx! } },
      {
        inputs: { x: Float64Array.of(1, 2, 3) },
        parameters: { scale: Float64Array.of(1, 1, 1), shift: new Float64Array(3) },
      },
    );
    expect([...zeros!].every((element) => Math.abs(element) < 1e-12)).toBe(true);
  });

  test('moments are mean and biased variance over all leading axes', () => {
    const [rows, channels] = [2 * 9 * 11, 3];
    const x = Float64Array.from(
      { length: rows * channels },
      (_, index) => Math.sin(index) + (index % channels) * 10,
    );
    const { y } = interpret(
      { outputs: { y: batchMoments(input('x', [2, 9, 11, channels])) } },
      { inputs: { x }, parameters: {} },
    );
    for (let c = 0; c < channels; c++) {
      const column = Array.from({ length: rows }, (_, r) => x[r * channels + c]!);
      const average = column.reduce((sum, element) => sum + element, 0) / rows;
      const variance = column.reduce((sum, element) => sum + (element - average) ** 2, 0) / rows;
      expect(y![c]).toBeCloseTo(average, 12);
      expect(y![channels + c]).toBeCloseTo(variance, 12);
    }
  });
});

describe('other statistics are constants', () => {
  const moments = input('moments', [2, 2]);
  const data = { moments: [0.5, -0.25, 2, 0.5] };

  test('gradients by x, scale and shift', () => {
    const { x, scale, shift } = operands([2, 3, 4, 2]);
    expectGradients(batchNormalize(x, moments, scale, shift), [x, scale, shift], { data });
  });

  test('the gradient by x alone needs no sums', () => {
    const { x, scale, shift } = operands([2, 3, 4, 2]);
    const [dx] = gradients(mean(batchNormalize(x, moments, scale, shift)), [x]);
    const kinds = topologicalOrder({ outputs: { dx: dx! } }).map(({ operation }) => operation.kind);
    expect(kinds).toContain('batch_normalize_gradient');
    expect(kinds).not.toContain('batch_normalize_sums_parts');
  });
});

describe('shapes that do not fit', () => {
  const { x, scale, shift } = operands([2, 3, 4, 2]);

  test('moments', () => {
    expect(() => batchNormalize(x, input('m', [2, 3]), scale, shift)).toThrow(
      'batch_normalize: the moments must be [2, 2], mean and variance; got float32 [2, 3, 4, 2] and float32 [2, 3].',
    );
  });

  test('scale', () => {
    expect(() => batchNormalize(x, batchMoments(x), parameter('s', [3]), shift)).toThrow('scale must be [2]');
  });

  test('epsilon', () => {
    expect(() => batchNormalize(x, batchMoments(x), scale, shift, { epsilon: 0 })).toThrow(
      'epsilon must be greater than 0, but it is 0',
    );
  });

  test('sums', () => {
    const sums = input('sums', [2, 3]);
    expect(() => batchNormalizeGradient(x, batchMoments(x), scale, { through: { x, sums } })).toThrow(
      'the sums must have the shape of the moments',
    );
  });

  test('a row that is not there', () => {
    expect(() => row(batchMoments(x), 2)).toThrow(
      'float32 [2, 2] has no row 2; give a whole number from 0 to 1',
    );
  });
});
