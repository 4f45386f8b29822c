import { expect, test } from 'vitest';
import { defaultRounds, summarize } from './statistics.ts';

test('median, minimum and maximum of timings', () => {
  expect(summarize([30, 10, 20])).toEqual({ median: 20, minimum: 10, maximum: 30 });
  expect(summarize([40, 10, 20, 30])).toEqual({ median: 25, minimum: 10, maximum: 40 });
});

test('no timing, and a timing that is no duration, are refused', () => {
  expect(() => summarize([])).toThrow('no timings');
  expect(() => summarize([10, Number.NaN])).toThrow('NaN ms');
  expect(() => summarize([10, 0])).toThrow('0 ms');
});

test('slow adapters get few rounds, fast ones many', () => {
  expect(defaultRounds(1, 4000)).toBe(7);
  expect(defaultRounds(8, 30_000)).toBe(3);
  expect(defaultRounds(1, 500)).toBe(20);
  expect(defaultRounds(8, 10)).toBe(50);
});
