/** Timings are compared only where everyone computed the same thing. */
import { compare, explain } from '../../engine/reference/compare.ts';
import type { Answer } from './page-interface.ts';
import type { Task } from './tasks.ts';

/**
 * Bound for the relative L2 error between two float32 runtimes. Each sums up to 2048 products in its own order, through
 * up to 33 layers, and is near 1e-6 from the other; a wrong padding or a missing layer gives 1e-2 and more.
 */
const tolerance = 1e-4;

/**
 * Bound where a model is trained, for the losses of the first steps as one vector. Adam's first step moves each parameter by
 * the learning rate in the direction of its gradient's sign, however small the gradient: where nothing but rounding says
 * which, runtimes go different ways. Seen: 1e-4 after five steps of the head, 2e-4 after three of
 * MobileNet at 224 pixels; wrong gradients of its strided convolutions gave 2e-3 in the second step.
 */
const lossTolerance = 1e-3;

/** How near two runtimes are. */
export interface Agreement {
  readonly runtimes: readonly [string, string];
  /** Relative L2 error of each output, by name. */
  readonly relativeL2: Readonly<Record<string, number>>;
  /** The sentence that says where they differ; null where they agree. */
  readonly difference: string | null;
}

/** Classes of the largest numbers of a row, the largest first. */
export function topClasses(row: ArrayLike<number>, count = 5): number[] {
  return Array.from(row, (_, index) => index)
    .sort((a, b) => row[b]! - row[a]! || a - b)
    .slice(0, count);
}

/**
 * The first row whose five largest classes differ, as a sentence; undefined where there is none. Two classes may change
 * places where their probabilities differ by less than the tolerance: no order can be asked of them.
 */
function differentTop(actual: Float32Array, expected: Float32Array, width: number): string | undefined {
  for (let start = 0; start < expected.length; start += width) {
    const rows = [actual, expected].map((data) => data.subarray(start, start + width));
    const [actualTop, expectedTop] = [topClasses(rows[0]!), topClasses(rows[1]!)];
    const differ = actualTop.some((label, rank) => {
      const [own, other] = [rows[1]![label]!, rows[1]![expectedTop[rank]!]!];
      return Math.abs(own - other) > tolerance * other;
    });
    if (differ) {
      return `the top five classes of photo ${start / width} are ${actualTop.join(', ')} and not ${expectedTop.join(', ')}`;
    }
  }
  return undefined;
}

function compareAnswers(
  task: Task,
  [first, expected]: readonly [string, Answer],
  [second, actual]: readonly [string, Answer],
): Agreement {
  const relativeL2: Record<string, number> = {};
  const allowed = task.training ? lossTolerance : tolerance;
  const differences: string[] = [];
  task.outputs.forEach(({ name, rows, width }, output) => {
    if (actual[output]!.length !== rows * width || expected[output]!.length !== rows * width) {
      differences.push(
        `${name} has ${actual[output]!.length} numbers in ${second} and ${expected[output]!.length} in ${first}, but ${rows * width} are expected`,
      );
      return;
    }
    const comparison = compare(actual[output]!, expected[output]!);
    relativeL2[name] = comparison.relativeL2;
    if (!(comparison.relativeL2 <= allowed)) {
      differences.push(
        `${name} of ${second} against ${first}: ${explain(comparison, [rows, width])}, but at most ${allowed} is allowed`,
      );
    } else if (name === 'probabilities') {
      const top = differentTop(actual[output]!, expected[output]!, width);
      if (top) differences.push(top);
    }
  });
  const [difference] = differences;
  return {
    runtimes: [first, second],
    relativeL2,
    difference:
      difference === undefined
        ? null
        : `${second} and ${first} do not agree in ${task.name}: ${difference}; not timed.`,
  };
}

/** Compares every pair of answers. */
export function compareAll(task: Task, answers: ReadonlyMap<string, Answer>): Agreement[] {
  const entries = [...answers];
  return entries.flatMap((second, index) =>
    entries.slice(0, index).map((first) => compareAnswers(task, first, second)),
  );
}

/**
 * Who computes something else than the others: the runtimes that do not agree with the one that most agree with.
 *
 * @returns the sentence for each of them
 */
export function dissenters(agreements: readonly Agreement[]): Map<string, string> {
  const names = [...new Set(agreements.flatMap(({ runtimes }) => runtimes))];
  const between = (one: string, other: string) =>
    agreements.find(({ runtimes }) => runtimes.includes(one) && runtimes.includes(other) && one !== other);
  const agreeing = (name: string) =>
    names.filter((other) => between(name, other)?.difference === null).length;
  const [reference] = [...names].sort((a, b) => agreeing(b) - agreeing(a));
  const found = new Map<string, string>();
  for (const name of names) {
    const difference = reference === undefined ? null : between(name, reference)?.difference;
    if (difference) found.set(name, difference);
  }
  return found;
}
