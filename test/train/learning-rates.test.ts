import { expect, test } from 'vitest';
import {
  constantRate,
  cosineDecay,
  exponentialDecay,
  type Schedule,
  stepDecay,
  withWarmUp,
} from '../../engine/training.ts';

const at = (schedule: Schedule, steps: readonly number[]) =>
  steps.map((step) => Number(schedule(step).toFixed(9)));

test('learning rates follow their formulas', () => {
  expect(at(constantRate(0.1), [0, 5, 1000])).toEqual([0.1, 0.1, 0.1]);
  expect(at(stepDecay(0.8, { every: 10, factor: 0.5 }), [0, 9, 10, 19, 20])).toEqual([
    0.8, 0.8, 0.4, 0.4, 0.2,
  ]);
  expect(at(exponentialDecay(0.8, { every: 10, factor: 0.25 }), [0, 5, 10, 20])).toEqual([
    0.8, 0.4, 0.2, 0.05,
  ]);
  const cosine = cosineDecay(1, { steps: 100, final: 0.2 });
  expect(at(cosine, [0, 50, 100, 150])).toEqual([1, 0.6, 0.2, 0.2]);
  expect(at(cosine, [25])).toEqual([Number((0.2 + (0.8 * (1 + Math.SQRT1_2)) / 2).toFixed(9))]);
});

test('a warm-up rises in equal steps to where the schedule begins', () => {
  expect(at(withWarmUp(3, constantRate(0.8)), [0, 1, 2, 3, 4])).toEqual([0.2, 0.4, 0.6, 0.8, 0.8]);
  const cosine = cosineDecay(1, { steps: 14, warmUp: 4 });
  expect(at(cosine, [0, 1, 2, 3, 4, 9, 14])).toEqual([0.2, 0.4, 0.6, 0.8, 1, 0.5, 0]);
});

test('a number out of range is named', () => {
  expect(() => constantRate(0)).toThrow('a learning rate above 0');
  expect(() => stepDecay(0.1, { every: 0, factor: 0.5 })).toThrow('every of 1 steps or more');
  expect(() => exponentialDecay(0.1, { every: 1, factor: 2 })).toThrow('factor above 0 and up to 1');
  expect(() => cosineDecay(0.1, { steps: 10, warmUp: 10 })).toThrow('shorter than the 10 steps');
  expect(() => cosineDecay(0.1, { steps: 10, final: 1 })).toThrow('final from 0 to the learning rate');
  expect(() => withWarmUp(1.5, constantRate(1))).toThrow('a warm-up of 0 steps or more, but it is 1.5');
});
