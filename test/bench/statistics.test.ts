import { expect, test } from 'vitest';
import { defaultFirstCalls, defaultRounds, hasEnough, quantile, summarize } from './statistics.ts';

test('median, extremes and quartiles of timings', () => {
  expect(summarize([30, 10, 20])).toEqual({ median: 20, minimum: 10, maximum: 30, quartiles: [15, 25] });
  expect(summarize([40, 10, 20, 30])).toMatchObject({ median: 25, quartiles: [17.5, 32.5] });
  expect(summarize([7])).toEqual({ median: 7, minimum: 7, maximum: 7, quartiles: [7, 7] });
});

test('quantiles are those of R and NumPy', () => {
  const samples = [15, 20, 35, 40, 50];
  expect([0, 0.05, 0.3, 0.4, 1].map((part) => quantile(samples, part))).toEqual([15, 16, 23, 29, 50]);
});

test('no timing, and a timing that is no duration, are refused', () => {
  expect(() => summarize([])).toThrow('no timings');
  expect(() => summarize([10, Number.NaN])).toThrow('NaN ms');
  expect(() => summarize([10, 0])).toThrow('0 ms');
});

test('slow adapters get few rounds, fast ones many', () => {
  expect(defaultRounds(9000)).toBe(7);
  expect(defaultRounds(290_000)).toBe(3);
  expect(defaultRounds(1000)).toBe(20);
  expect(defaultRounds(10)).toBe(50);
});

test('a slow first call is measured once', () => {
  expect(defaultFirstCalls(160_000)).toBe(1);
  expect(defaultFirstCalls(7000)).toBe(3);
});

test('two calls of more than a minute shall do, quick ones never', () => {
  expect(hasEnough([70_000])).toBe(false);
  expect(hasEnough([70_000, 65_000])).toBe(true);
  expect(hasEnough([70_000, 45_000])).toBe(false);
  expect(hasEnough(Array.from({ length: 50 }, () => 5000))).toBe(false);
});
