import { describe, expect, test } from 'vitest';
import { areaUnderCurve, averagePrecision, meanOverRows } from '../../engine/metrics/average-precision.ts';
import { RankingMetrics, rankingMetrics } from '../../engine/metrics/ranking.ts';
import { topK } from '../../engine/metrics/top-k.ts';
import { uniform } from '../../engine/random.ts';

describe('topK', () => {
  test('highest first, ties by index', () => {
    expect([...topK([0.1, 0.9, 0.5, 0.9, 0.2], 3)]).toEqual([1, 3, 2]);
    expect([...topK([1, 1, 1, 1], 2)]).toEqual([0, 1]);
    expect([...topK([-1, Number.NEGATIVE_INFINITY, -0.5], 9)]).toEqual([2, 0, 1]);
    expect([...topK([9, 9, 1, 3, 2, 9], 2, 2, 3)]).toEqual([1, 2]);
  });

  test('is what sorting gives, for short and long k, with ties', () => {
    for (let seed = 0; seed < 20; seed++) {
      const scores = Array.from({ length: 150 }, (_, index) => Math.floor(uniform(seed, index) * 40));
      const sorted = scores.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]! || a - b);
      for (const k of [1, 5, 64, 65, 150, 200]) expect([...topK(scores, k)]).toEqual(sorted.slice(0, k));
    }
  });

  test('NaN and k below 1 are refused', () => {
    expect(() => topK([1, Number.NaN], 1)).toThrow('Score 1 is NaN');
    expect(() => topK([1, Number.NaN], 100)).toThrow('Score 1 is NaN');
    expect(() => topK([1], 0)).toThrow(/The 0 highest scores cannot be taken/);
  });
});

describe('precision, recall and F1 at k', () => {
  // User A: relevant 0, 1, 2; ranked 0, 3, 1, 4, 2. User B: relevant 4; ranked 4, 0, 1, 2, 3 (ties). User C: none.
  const scores = [0.9, 0.5, 0.1, 0.8, 0.3, 0, 0, 0, 0, 0.7, 1, 1, 1, 1, 1];
  const targets = [1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0];

  test('by hand', () => {
    const [two, three] = rankingMetrics(scores, targets, 5, { ks: [2, 3] });
    // k = 2: A hits 1 (1/2, 1/3, F1 2/5), B hits 1 (1/2, 1, F1 2/3).
    expect(two).toMatchObject({ k: 2, users: 2, skipped: 1, recommended: 2 });
    expect(two!.precision).toBeCloseTo(1 / 2, 12);
    expect(two!.recall).toBeCloseTo(2 / 3, 12);
    expect(two!.f1).toBeCloseTo((2 / 5 + 2 / 3) / 2, 12);
    expect(two!.f1OfMeans).toBeCloseTo((2 * 0.5 * (2 / 3)) / (0.5 + 2 / 3), 12);
    // A can have 2 of 2, B 1 of 2.
    expect(two!.precisionCeiling).toBeCloseTo(3 / 4, 12);
    // k = 3: A hits 2 (2/3, 2/3), B hits 1 (1/3, 1, F1 1/2); A can have 3 of 3, B 1 of 3.
    expect(three!.precision).toBeCloseTo(1 / 2, 12);
    expect(three!.recall).toBeCloseTo(5 / 6, 12);
    expect(three!.f1).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
    expect(three!.precisionCeiling).toBeCloseTo(2 / 3, 12);
  });

  test('of confident recommendations only', () => {
    const [three] = rankingMetrics(scores, targets, 5, { ks: [3], atLeast: 0.6 });
    // A recommends 0 and 3 and hits 1 (1/2, 1/3); B recommends 4 and hits it (1, 1).
    expect(three!.precision).toBeCloseTo(3 / 4, 12);
    expect(three!.recall).toBeCloseTo(2 / 3, 12);
    expect(three!.recommended).toBeCloseTo(1.5, 12);
    expect(three!.precisionCeiling).toBe(1);
    const [none] = rankingMetrics(scores, targets, 5, { ks: [3], atLeast: 2 });
    expect(none).toMatchObject({ precision: 0, recall: 0, f1: 0, f1OfMeans: 0, recommended: 0 });
  });

  test('batch by batch is the same as at once; k may exceed D', () => {
    const whole = rankingMetrics(scores, targets, 5, { ks: [1, 7] });
    const metrics = new RankingMetrics({ ks: [1, 7] });
    metrics.add(scores.slice(0, 10), targets.slice(0, 10), 5, 1);
    metrics.add(scores.slice(5), targets.slice(5), 5);
    expect(metrics.results()).toEqual(whole);
    expect(whole[1]!.recall).toBe(1);
    expect(whole[1]!.precision).toBeCloseTo((3 / 7 + 1 / 7) / 2, 12);
  });

  test('perfect scores reach the ceiling', () => {
    for (const { precision, precisionCeiling, recall } of rankingMetrics(targets, targets, 5, {
      ks: [1, 5],
    })) {
      expect(precision).toBeCloseTo(precisionCeiling, 12);
      expect(recall).toBeLessThanOrEqual(1);
    }
  });

  test.each([
    [() => rankingMetrics([1, 2], [1], 1), /must be \[users, 1\], but have 2 and 1/],
    [() => rankingMetrics([1, 2], [0, 0], 2), /no user with a relevant category/],
    [() => rankingMetrics([1], [1], 1, { ks: [0] }), /k is 0/],
    [() => rankingMetrics([1], [1], 1, { ks: [] }), /k is missing/],
    [() => new RankingMetrics().add([1], [1, 0], 2), /1 users with 2 categories have 2 scores and targets/],
  ])('%s is refused', (call, message) => {
    expect(call).toThrow(message);
  });
});

describe('metrics of a whole ranking', () => {
  test('average precision by hand', () => {
    // Relevant at ranks 1, 3 and 5.
    expect(averagePrecision([5, 4, 3, 2, 1], [1, 0, 1, 0, 1])).toBeCloseTo((1 + 2 / 3 + 3 / 5) / 3, 12);
    expect(averagePrecision([1, 2], [0, 0])).toBeNaN();
  });

  test('area under the curve is the share of pairs in the right order, ties half', () => {
    expect(areaUnderCurve([3, 2, 1], [1, 0, 0])).toBe(1);
    expect(areaUnderCurve([1, 2, 3], [1, 0, 0])).toBe(0);
    // Pairs (0.8, 0.8) tie, (0.8, 0.1) right, (0.3, 0.8) wrong, (0.3, 0.1) right.
    expect(areaUnderCurve([0.8, 0.8, 0.3, 0.1], [1, 0, 1, 0])).toBeCloseTo(2.5 / 4, 12);
    expect(areaUnderCurve([1, 1, 1], [0, 1, 0])).toBe(0.5);
    expect(areaUnderCurve([1], [1])).toBeNaN();
  });

  test('the mean over rows leaves out rows without an answer', () => {
    const scores = Float32Array.of(2, 1, 2, 1, 2, 1);
    const targets = Float32Array.of(1, 0, 0, 1, 0, 0);
    expect(meanOverRows(averagePrecision, scores, targets, 2)).toBeCloseTo(0.75, 12);
  });
});
