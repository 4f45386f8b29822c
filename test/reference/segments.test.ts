import { describe, expect, test } from 'vitest';
import { checkOffsets, raggedOffsets } from '../../engine/data/ragged.ts';
import {
  attentionPool,
  attentionScores,
  segmentMean,
  segmentSoftmax,
  segmentWeightedSum,
} from '../../engine/graph/segments.ts';
import { compare } from '../../engine/reference/compare.ts';
import { array, compute, offsets, randomArray } from './compute.ts';

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, n) => total + n, 0);

describe('ragged offsets', () => {
  test('are running sums', () => {
    expect([...raggedOffsets([2, 0, 3])]).toEqual([0, 2, 2, 5]);
    expect([...raggedOffsets([1, 40], 41)]).toEqual([0, 1, 41]);
  });

  test('reject what cannot be', () => {
    expect(() => raggedOffsets([])).toThrow('at least one set');
    expect(() => raggedOffsets([1, 2.5])).toThrow('Set 1 cannot have 2.5 rows');
    expect(() => raggedOffsets([-1])).toThrow('Set 0 cannot have -1 rows');
    expect(() => raggedOffsets([5, 6], 10)).toThrow('11 rows together, but there is room for 10');
    expect(() => raggedOffsets([2 ** 31, 2 ** 31])).toThrow('4294967296 rows together');
  });

  test('are checked against the matrix they divide', () => {
    expect(() => checkOffsets([0, 2, 2, 5], 5)).not.toThrow();
    expect(() => checkOffsets([1, 2], 5)).toThrow('must start at 0, but they start at 1');
    expect(() => checkOffsets([0, 3, 2], 5)).toThrow('offsets[2] is 2 after 3');
    expect(() => checkOffsets([0, 6], 5)).toThrow('end at 6, but there are only 5 rows');
    expect(() => checkOffsets([0, Number.NaN], 5)).toThrow('must never fall');
  });

  test('are checked in a run', () => {
    expect(() => compute(segmentSoftmax, array([2], [1, 2]), offsets(0, 3))).toThrow('only 2 rows');
    expect(() => compute(segmentMean, array([2, 1], [1, 2]), offsets(0, 4e9))).toThrow('only 2 rows');
  });
});

describe('attention over ragged sets', () => {
  const capacity = 9;
  const features = 5;
  const x = randomArray([capacity, features], 1);
  const sets = offsets(0, 1, 1, 4, 8); // One row, none, three, four; the ninth row belongs to no set.

  test('scores are products with the query, and 0 beyond the last set', () => {
    const scores = compute(
      attentionScores,
      array([3, 2], [1, 2, 3, 4, 5, 6]),
      array([2], [1, -10]),
      offsets(0, 2),
    );
    expect([...scores]).toEqual([-19, -37, 0]);
  });

  test('each set may have its own query', () => {
    const queries = array([2, 2], [1, 0, 0, 1]);
    expect([
      ...compute(attentionScores, array([3, 2], [1, 2, 3, 4, 5, 6]), queries, offsets(0, 1, 3)),
    ]).toEqual([1, 4, 6]);
  });

  test('weights sum to 1 in each set, are 1 in a set of one, 0 beyond', () => {
    const w = compute(segmentSoftmax, randomArray([capacity], 2), sets);
    expect(w[0]).toBe(1);
    expect(sum(w.slice(1, 4))).toBeCloseTo(1, 15);
    expect(sum(w.slice(4, 8))).toBeCloseTo(1, 15);
    expect(w[8]).toBe(0);
    expect(Math.min(...w.slice(0, 8))).toBeGreaterThan(0);
  });

  test('weights are those of a softmax by hand', () => {
    const w = compute(segmentSoftmax, array([3], [Math.log(3), 0, 7]), offsets(0, 2, 3));
    expect(compare(w, [0.75, 0.25, 1]).relativeL2).toBeLessThan(1e-15);
  });

  test('weights are finite for any finite scores', () => {
    const scores = array([6], [1e300, -1e300, 1e300, -1.7e308, 1.7e308, -1e300]);
    expect([...compute(segmentSoftmax, scores, offsets(0, 3, 5, 6))]).toEqual([0.5, 0, 0.5, 0, 1, 1]);
  });

  test('a set far from another in score does not feel it', () => {
    const w = compute(segmentSoftmax, array([4], [1e300, 1e300, 1, 1]), offsets(0, 2, 4));
    expect([...w]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test('the mean is the weighted sum with equal weights; an empty set gives 0', () => {
    const mean = compute(segmentMean, x, sets);
    const weights = array([capacity], [1, 1 / 3, 1 / 3, 1 / 3, 1 / 4, 1 / 4, 1 / 4, 1 / 4, 99]);
    const weighted = compute(segmentWeightedSum, weights, x, sets);
    expect(compare(mean, weighted).relativeL2).toBeLessThan(1e-15);
    expect([...mean.slice(features, 2 * features)]).toEqual([0, 0, 0, 0, 0]);
  });

  test('equal scores average', () => {
    const pooled = compute(attentionPool, array([capacity], new Float64Array(capacity).fill(3)), x, sets);
    expect(compare(pooled, compute(segmentMean, x, sets)).relativeL2).toBeLessThan(1e-15);
  });

  test('the fused pooling is softmax then weighted sum', () => {
    const e = randomArray([capacity], 3);
    const fused = compute(attentionPool, e, x, sets);
    const steps = compute((a, b, o) => segmentWeightedSum(segmentSoftmax(a, o), b, o), e, x, sets);
    expect(fused).toEqual(steps);
  });

  test('the order of photos in a set does not matter', () => {
    const order = [0, 3, 1, 2, 7, 5, 4, 6, 8];
    const permuted = array(
      [capacity, features],
      order.flatMap((m) => [...Float64Array.from(x.numbers).slice(m * features, (m + 1) * features)]),
    );
    const pool = (rows: typeof x) =>
      compute(
        (a, q, o) => attentionPool(attentionScores(a, q, o), a, o),
        rows,
        randomArray([features], 4),
        sets,
      );
    expect(compare(pool(permuted), pool(x)).relativeL2).toBeLessThan(1e-14);
  });
});
