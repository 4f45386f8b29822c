/** Timings are compared only where everyone computed the same thing. */
import { compare, explain } from '../../engine/reference/compare.ts';
import { classCount, featureCount } from './network.ts';
import type { Answer } from './page-interface.ts';

/**
 * Bound for the relative L2 error between two float32 runtimes. Each sums up to 1024 products in its own order, through
 * 27 layers, and is near 1e-6 from the other; a wrong padding or a missing layer gives 1e-2 and more.
 */
const tolerance = 1e-4;

/** How near two runtimes are. */
export interface Agreement {
  readonly runtimes: readonly [string, string];
  /** Relative L2 error of the features, and of the probabilities. */
  readonly features: number;
  readonly probabilities: number;
}

/** Classes of the largest probabilities of one photo, the largest first. */
export function topClasses(probabilities: ArrayLike<number>, count = 5): number[] {
  return Array.from(probabilities, (_, index) => index)
    .sort((a, b) => probabilities[b]! - probabilities[a]! || a - b)
    .slice(0, count);
}

/**
 * Compares every pair of answers.
 *
 * @param answers by runtime
 * @throws Error saying which two differ and where: a relative L2 error above 1e-4, or other top five classes.
 */
export function requireAgreement(answers: ReadonlyMap<string, Answer>, batch: number): Agreement[] {
  const entries = [...answers];
  return entries.flatMap(([second, actual], index) =>
    entries.slice(0, index).map(([first, expected]) => agreement(first, expected, second, actual, batch)),
  );
}

function agreement(
  first: string,
  expected: Answer,
  second: string,
  actual: Answer,
  batch: number,
): Agreement {
  const pair = `${second} and ${first} do not agree at batch ${batch}`;
  const distance = (name: keyof Answer, width: number): number => {
    const comparison = compare(actual[name], expected[name]);
    if (!(comparison.relativeL2 <= tolerance)) {
      throw new Error(
        `${pair}: ${name} of ${second} against ${first}: ${explain(comparison, [batch, width])}, but at most ${tolerance} is allowed; nothing was timed.`,
      );
    }
    return comparison.relativeL2;
  };
  const features = distance('features', featureCount);
  const probabilities = distance('probabilities', classCount);
  for (let photo = 0; photo < batch; photo++) {
    const classes = [expected, actual].map((answer) => {
      const row = Array.from(answer.probabilities).slice(photo * classCount, (photo + 1) * classCount);
      return topClasses(row).join(', ');
    });
    if (classes[0] !== classes[1]) {
      throw new Error(
        `${pair}: the top five classes of photo ${photo} are ${classes[1]} and ${classes[0]}; nothing was timed.`,
      );
    }
  }
  return { runtimes: [first, second], features, probabilities };
}
