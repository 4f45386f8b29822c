import { expect, test } from 'vitest';
import { compareAll, dissenters, topClasses } from './agreement.ts';
import { classCount, featureCount } from './network.ts';
import type { Answer } from './page-interface.ts';
import { mobilenetTask, trainHeadTask } from './tasks.ts';

const task = mobilenetTask(2);

/** Two photos whose class `n` has a probability that falls with `n`. */
function answer(change: (features: Float32Array, probabilities: Float32Array) => void = () => {}): Answer {
  const features = Float32Array.from({ length: 2 * featureCount }, (_, index) => Math.sin(index) + 1);
  const probabilities = Float32Array.from(
    { length: 2 * classCount },
    (_, index) => 0.5 ** ((index % classCount) + 1),
  );
  change(features, probabilities);
  return [features, probabilities];
}

function agree(first: Answer, second: Answer) {
  return compareAll(task, new Map(Object.entries({ one: first, two: second })))[0]!;
}

test('answers that differ by roundings agree, and say by how much', () => {
  const pair = agree(
    answer(),
    answer((features) => {
      features[0]! *= 1 + 1e-6;
    }),
  );
  expect(pair.runtimes).toEqual(['one', 'two']);
  expect(pair.difference).toBeNull();
  expect(pair.relativeL2.features).toBeGreaterThan(0);
  expect(pair.relativeL2.features).toBeLessThan(1e-6);
  expect(pair.relativeL2.probabilities).toBe(0);
});

test('every pair is compared', () => {
  const answers = new Map(['a', 'b', 'c'].map((name) => [name, answer()]));
  expect(compareAll(task, answers).map(({ runtimes }) => runtimes.join())).toEqual(['a,b', 'a,c', 'b,c']);
});

test('a wrong feature, a wrong probability, a short answer and NaN are refused', () => {
  const wrong = (output: 0 | 1, index: number, value: number) =>
    answer((...outputs) => {
      outputs[output][index] = value;
    });
  expect(agree(answer(), wrong(0, 5, 3)).difference).toContain(
    'two and one do not agree in mobilenet-2: features',
  );
  expect(agree(answer(), wrong(1, classCount, 0.51)).difference).toContain('probabilities of two');
  expect(agree(answer(), wrong(0, 7, Number.NaN)).difference).toContain('not finite');
  const [features, probabilities] = answer();
  expect(agree(answer(), [features!.subarray(1), probabilities!]).difference).toContain(
    '2047 numbers in two',
  );
});

test('another top five is refused, but two classes that are as likely may change places', () => {
  const near = (first: number, second: number) =>
    answer((_, probabilities) => {
      probabilities[classCount + 3] = first;
      probabilities[classCount + 4] = second;
    });
  expect(agree(near(0.0600001, 0.06), near(0.06, 0.0600001)).difference).toBeNull();
  expect(agree(near(0.06004, 0.06002), near(0.06002, 0.06004)).difference).toContain(
    'the top five classes of photo 1 are 0, 1, 2, 4, 3 and not 0, 1, 2, 3, 4',
  );
});

test('who differs from the others is named, whoever comes first', () => {
  const odd = answer((features) => {
    features[0] = 9;
  });
  const named = (answers: Record<string, Answer>) => [
    ...dissenters(compareAll(task, new Map(Object.entries(answers)))).keys(),
  ];
  expect(named({ a: odd, b: answer(), c: answer() })).toEqual(['a']);
  expect(named({ a: answer(), b: answer(), c: odd })).toEqual(['c']);
  expect(named({ a: answer(), b: answer() })).toEqual([]);
  expect(named({ a: answer() })).toEqual([]);
});

test('the top classes come largest first', () => {
  expect(topClasses([0.1, 0.4, 0.2, 0.3], 3)).toEqual([1, 3, 2]);
});

test('losses may drift apart a little, but not more', () => {
  const losses = (last: number) => [Float32Array.of(1.19, 1.24, 1.22, 1.18, last)];
  const between = (first: number, second: number) =>
    compareAll(
      trainHeadTask(),
      new Map([
        ['one', losses(first)],
        ['two', losses(second)],
      ]),
    )[0]!;
  expect(between(1.1246, 1.1243).difference).toBeNull();
  expect(between(1.1246, 1.12).difference).toContain('losses of two against one');
});
