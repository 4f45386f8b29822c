import { describe, expect, test } from 'vitest';
import { compare, explain, FLOAT32_TOLERANCE, within } from '../../engine/reference/compare.ts';

describe('compare', () => {
  test('relative L2 error is the norm of the difference over the norm of what is expected', () => {
    const comparison = compare([3, 4.5, 0], [3, 4, 0]);
    expect(comparison.relativeL2).toBeCloseTo(0.5 / 5, 15);
    expect(comparison.worst).toEqual({ index: 1, actual: 4.5, expected: 4 });
    expect(comparison.relativeWorst).toBeCloseTo(0.5 / 4, 15);
  });

  test('equal numbers are at distance 0', () => {
    const comparison = compare([1, -2], [1, -2]);
    expect(comparison.relativeL2).toBe(0);
    expect(within(comparison, { relativeL2: 0, relativeWorst: 0 })).toBe(true);
    expect(explain(comparison, [2])).toBe('all 2 numbers are equal');
  });

  test('all zeros pass against zeros, and nothing else does', () => {
    expect(compare([0, 0], [0, 0]).relativeL2).toBe(0);
    expect(within(compare([0, 1e-30], [0, 0]), FLOAT32_TOLERANCE)).toBe(false);
  });

  test.each([
    ['NaN where a number is expected', [1, Number.NaN], [1, 2]],
    ['NaN on both sides', [1, Number.NaN], [1, Number.NaN]],
    ['infinity on both sides', [1, Number.POSITIVE_INFINITY], [1, Number.POSITIVE_INFINITY]],
    ['infinity expected', [1, 2], [1, Number.NEGATIVE_INFINITY]],
  ])('%s never passes and is found', (_, actual, expected) => {
    const comparison = compare(actual, expected);
    expect(within(comparison, { relativeL2: Number.POSITIVE_INFINITY })).toBe(false);
    expect(comparison.notFinite!.index).toBe(1);
    expect(explain(comparison, [1, 2])).toMatch(/^not finite at \[0, 1\]: /);
  });

  test('squares neither overflow nor vanish', () => {
    expect(compare([3e300, 4e300], [3e300, 4.5e300]).relativeL2).toBeCloseTo(0.5 / Math.hypot(3, 4.5), 12);
    expect(compare([3e-300, 4e-300], [3e-300, 4.5e-300]).relativeL2).toBeCloseTo(
      0.5 / Math.hypot(3, 4.5),
      12,
    );
  });

  test('one wrong element among a million is seen', () => {
    const expected = new Float64Array(1_000_000).fill(1);
    const actual = expected.slice();
    actual[777_777] = 2;
    const comparison = compare(actual, expected);
    expect(within(comparison, FLOAT32_TOLERANCE)).toBe(false);
    expect(comparison.relativeL2).toBeCloseTo(1e-3, 10);
    expect(explain(comparison, [1000, 10, 100])).toBe(
      'relative L2 error 0.0010, worst at [777, 7, 77]: 2 instead of 1',
    );
  });

  test('the worst element can be bounded as well', () => {
    const comparison = compare([1, 1, 1.01], [1, 1, 1]);
    expect(within(comparison, { relativeL2: 0.1 })).toBe(true);
    expect(within(comparison, { relativeL2: 0.1, relativeWorst: 0.001 })).toBe(false);
  });

  test('different lengths cannot be compared', () => {
    expect(() => compare([1, 2], [1])).toThrow('Cannot compare 2 numbers with 1');
    expect(() => compare([], [])).toThrow('empty');
  });
});
