import { describe, expect, test } from 'vitest';
import { categoryFrequency, mergePhotoPredictions, repeatScores } from '../../engine/metrics/baselines.ts';
import { overSeeds } from '../../engine/metrics/over-seeds.ts';
import { smallCollections } from '../data/small-collections.ts';

test('category frequency counts users, not photos', () => {
  const collections = smallCollections([[0, 0], [0, 1], [2], [1]], [[0], [1, 2], []], 3);
  expect([...categoryFrequency(collections, [0, 1, 2, 3])]).toEqual([0.5, 0.5, 0.5]);
  expect([...categoryFrequency(collections, [0])]).toEqual([1, 0, 0]);
  expect(() => categoryFrequency(collections, [])).toThrow(/need users to count/);
  expect([...repeatScores(Float32Array.of(1, 2), 2)]).toEqual([1, 2, 1, 2]);
});

test('predictions for photos merge by max and by mean', () => {
  const predictions = [0.5, -1, 0.25, -3, 1, 1];
  const offsets = [0, 2, 2, 3];
  expect([...mergePhotoPredictions(predictions, offsets, 2, 'max')]).toEqual([0.5, -1, 0, 0, 1, 1]);
  expect([...mergePhotoPredictions(predictions, offsets, 2, 'mean')]).toEqual([0.375, -2, 0, 0, 1, 1]);
  expect(() => mergePhotoPredictions([1], offsets, 2, 'max')).toThrow(/3 photos with 2 categories have 6/);
});

describe('overSeeds', () => {
  test('mean, standard error and 95 % interval by hand', () => {
    const { runs, mean, standardError, interval } = overSeeds([0.7, 0.8, 0.9]);
    expect([runs, mean]).toEqual([3, expect.closeTo(0.8, 12)]);
    // Standard deviation 0.1; t with 2 degrees of freedom 4.303.
    expect(standardError).toBeCloseTo(0.1 / Math.sqrt(3), 12);
    expect(interval[0]).toBeCloseTo(0.8 - (4.303 * 0.1) / Math.sqrt(3), 12);
    expect(interval[1]).toBeCloseTo(0.8 + (4.303 * 0.1) / Math.sqrt(3), 12);
  });

  test('one run has no spread; many use the last quantile', () => {
    const { mean, standardError, interval } = overSeeds([0.5]);
    expect(mean).toBe(0.5);
    expect([standardError, ...interval].every(Number.isNaN)).toBe(true);
    const many = overSeeds(Array.from({ length: 100 }, (_, index) => index % 2));
    expect(many.interval[1] - many.mean).toBeCloseTo(2.042 * many.standardError, 12);
    expect(() => overSeeds([])).toThrow(/needs finite numbers/);
    expect(() => overSeeds([1, Number.NaN])).toThrow(/\[1, NaN\]/);
  });
});
