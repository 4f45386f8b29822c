import { describe, expect, test } from 'vitest';
import { add, multiply, relu, relu6, sigmoid, tanh } from '../../engine/graph/elementwise.ts';
import { matmul } from '../../engine/graph/matmul.ts';
import { globalAveragePool, reshape, softmax } from '../../engine/graph/reduction.ts';
import { compare } from '../../engine/reference/compare.ts';
import { evaluate } from '../../engine/reference/evaluate.ts';
import { array, compute, randomArray } from './compute.ts';

const float32 = (...shape: number[]) => ({ shape, dataType: 'float32' }) as const;

describe('matmul', () => {
  test('by hand', () => {
    const y = compute(matmul, array([2, 3], [1, 2, 3, 4, 5, 6]), array([3, 2], [1, 0, 0, 1, 1, -1]));
    expect([...y]).toEqual([4, -1, 10, -1]);
  });

  test.each([1, 2, 3, 5])('%i rows: (x a) b = x (a b), for inner sizes that no block divides', (rows) => {
    const x = randomArray([rows, 7], 1);
    const a = randomArray([7, 6], 2);
    const b = randomArray([6, 5], 3);
    const left = compute((v, w, z) => matmul(matmul(v, w), z), x, a, b);
    const right = compute((v, w, z) => matmul(v, matmul(w, z)), x, a, b);
    expect(compare(left, right).relativeL2).toBeLessThan(1e-14);
  });

  test('leading axes are rows', () => {
    const x = randomArray([2, 3, 4, 5], 4);
    const w = randomArray([5, 3], 5);
    expect(compute(matmul, x, w)).toEqual(compute(matmul, array([24, 5], x.numbers), w));
  });
});

describe('element-wise', () => {
  test('add takes the same shape or a bias along the last axis', () => {
    const x = array([2, 2], [1, 2, 3, 4]);
    expect([...compute(add, x, x)]).toEqual([2, 4, 6, 8]);
    expect([...compute(add, x, array([2], [10, 20]))]).toEqual([11, 22, 13, 24]);
  });

  test('multiply', () => {
    expect([...compute(multiply, array([3], [1, -2, 3]), array([3], [4, 5, 0.5]))]).toEqual([4, -10, 1.5]);
  });

  test('relu and relu6 clip', () => {
    const x = array([5], [-1, 0, 3, 6, 7]);
    expect([...compute(relu, x)]).toEqual([0, 0, 3, 6, 7]);
    expect([...compute(relu6, x)]).toEqual([0, 0, 3, 6, 6]);
  });

  test('sigmoid(x) + sigmoid(−x) = 1, tanh(x) = 2 sigmoid(2x) − 1, both finite at ±1e300', () => {
    const x = randomArray([1, 100], 6);
    const scaled = (factor: number) =>
      array(
        [1, 100],
        Float64Array.from(x.numbers, (v) => v * factor),
      );
    const positive = compute(sigmoid, scaled(20));
    const negative = compute(sigmoid, scaled(-20));
    positive.forEach((p, i) => {
      expect(p + negative[i]!).toBeCloseTo(1, 15);
    });
    const doubled = compute(sigmoid, scaled(2)).map((s) => 2 * s - 1);
    expect(compare(compute(tanh, x), doubled).relativeL2).toBeLessThan(1e-14);
    expect([...compute(sigmoid, array([3], [-1e300, 0, 1e300]))]).toEqual([0, 0.5, 1]);
    expect([...compute(tanh, array([3], [-1e300, 0, 1e300]))]).toEqual([-1, 0, 1]);
  });

  test('NaN is not hidden by clipping', () => {
    expect([...compute(relu6, array([1], [Number.NaN]))]).toEqual([Number.NaN]);
    expect([...compute(relu, array([1], [Number.NaN]))]).toEqual([Number.NaN]);
  });
});

describe('pooling, softmax, reshape', () => {
  test('global average pool by hand', () => {
    const x = array([2, 1, 2, 2], [1, 10, 3, 20, 5, -1, 7, 1]);
    expect([...compute(globalAveragePool, x)]).toEqual([2, 15, 6, 0]);
  });

  test('softmax of logarithms gives the proportions', () => {
    const y = compute(softmax, array([1, 3], [Math.log(1), Math.log(2), Math.log(5)]));
    expect(compare(y, [1 / 8, 2 / 8, 5 / 8]).relativeL2).toBeLessThan(1e-15);
  });

  test('softmax rows sum to 1 and do not change when a row is shifted', () => {
    const x = randomArray([4, 9], 7);
    const shifted = array(
      [4, 9],
      Float64Array.from(x.numbers, (v, i) => v + 1000 * Math.floor(i / 9)),
    );
    const y = compute(softmax, x);
    expect(compare(compute(softmax, shifted), y).relativeL2).toBeLessThan(1e-12);
    for (let row = 0; row < 4; row++) {
      expect(y.slice(row * 9, row * 9 + 9).reduce((sum, p) => sum + p)).toBeCloseTo(1, 14);
    }
  });

  test('softmax is finite for any finite numbers', () => {
    const x = array([2, 3], [1e300, -1e300, 0, -1.7e308, -1.7e308, 1.7e308]);
    expect([...compute(softmax, x)]).toEqual([1, 0, 0, 0, 0, 1]);
  });

  test('reshape keeps the order', () => {
    expect([...compute((x) => reshape(x, [3, 2]), array([2, 3], [1, 2, 3, 4, 5, 6]))]).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });
});

describe('evaluate', () => {
  test('the steps of an epilogue come in order and take their operands in order', () => {
    const y = evaluate(
      {
        kind: 'matmul',
        inputs: [float32(2, 1), float32(1, 2), float32(2), float32(2, 2), float32(2, 2)],
        output: float32(2, 2),
        epilogue: ['bias', 'relu', 'multiply', 'add'],
      },
      [
        [1, -1],
        [2, 3],
        [1, 1],
        [10, 20, 30, 40],
        [0.5, 0, 0, 0],
      ].map((numbers) => Float64Array.from(numbers)),
    );
    // relu([[2, 3], [−2, −3]] + 1) ∘ [[10, 20], [30, 40]] + …
    expect([...y]).toEqual([30.5, 80, 0, 0]);
  });

  test('operands must fit their shapes', () => {
    const problem = {
      kind: 'relu',
      inputs: [float32(3)],
      output: float32(3),
      epilogue: [],
    } as const;
    expect(() => evaluate(problem, [new Float64Array(2)])).toThrow(
      'relu: operand 0 has 2 elements, but its shape is [3].',
    );
    expect(() => evaluate(problem, [])).toThrow('relu takes 1 operands here, but got 0.');
    expect(() =>
      evaluate({ ...problem, epilogue: ['bias'], inputs: [float32(3)] }, [new Float64Array(3)]),
    ).toThrow("Epilogue step 'bias' has no operand");
    expect(() => evaluate({ ...problem, output: float32(4) }, [new Float64Array(3)])).toThrow(
      "the result has 3 elements, but the output's shape is [4]",
    );
  });
});
