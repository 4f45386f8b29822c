import { expect, test } from 'vitest';
import { requireAgreement, topClasses } from './agreement.ts';
import { classCount, featureCount } from './network.ts';
import type { Answer } from './page-interface.ts';

/** Two photos whose class `n` has a probability that falls with `n`. */
function answer(
  change: (answer: { features: number[]; probabilities: number[] }) => void = () => {},
): Answer {
  const made = {
    features: Array.from({ length: 2 * featureCount }, (_, index) => Math.sin(index) + 1),
    probabilities: Array.from({ length: 2 * classCount }, (_, index) => 0.5 ** ((index % classCount) + 1)),
  };
  change(made);
  return made;
}

function agree(first: Answer, second: Answer) {
  return requireAgreement(
    new Map([
      ['one', first],
      ['two', second],
    ]),
    2,
  );
}

test('answers that differ by roundings agree, and say by how much', () => {
  const rounded = answer(({ features }) => {
    features[0]! *= 1 + 1e-6;
  });
  const [pair] = agree(answer(), rounded);
  expect(pair!.runtimes).toEqual(['one', 'two']);
  expect(pair!.features).toBeGreaterThan(0);
  expect(pair!.features).toBeLessThan(1e-6);
  expect(pair!.probabilities).toBe(0);
});

test('every pair is compared', () => {
  const answers = new Map(['a', 'b', 'c'].map((name) => [name, answer()]));
  expect(requireAgreement(answers, 2).map(({ runtimes }) => runtimes.join())).toEqual(['a,b', 'a,c', 'b,c']);
});

test('a wrong feature, a wrong probability and NaN are refused', () => {
  const wrong = (index: number, value: number, name: 'features' | 'probabilities') =>
    answer((made) => {
      made[name][index] = value;
    });
  expect(() => agree(answer(), wrong(5, 3, 'features'))).toThrow(
    'two and one do not agree at batch 2: features',
  );
  expect(() => agree(answer(), wrong(classCount, 0.51, 'probabilities'))).toThrow('probabilities of two');
  expect(() => agree(answer(), wrong(7, Number.NaN, 'features'))).toThrow('not finite');
});

test('another order of the top five is refused, however near', () => {
  const near = (first: number, second: number) =>
    answer(({ probabilities }) => {
      probabilities[classCount + 3] = first;
      probabilities[classCount + 4] = second;
    });
  expect(() => agree(near(0.0600001, 0.06), near(0.06, 0.0600001))).toThrow('top five classes of photo 1');
});

test('the top classes come largest first', () => {
  expect(topClasses([0.1, 0.4, 0.2, 0.3], 3)).toEqual([1, 3, 2]);
});
