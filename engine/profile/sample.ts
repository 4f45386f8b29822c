/** Samples of passes that last long enough for the clock. */
import type { GpuClock, PassWork } from './clock.ts';
import { median, medianUncertainty } from './statistics.ts';

/** One execution of a piece of work. */
export interface Estimate {
  /** Median, ms. */
  readonly milliseconds: number;
  /** Half the width of its 95 % interval, and what the clock's step may hide, ms. */
  readonly uncertaintyMs: number;
  /** Executions in each pass that was measured. */
  readonly passRepeats: number;
  /** Of one execution, ms, round by round. */
  readonly samples: readonly number[];
}

/** An interval of so many steps of the clock is long enough: a step more or less is 5 %. */
const stepsWanted = 20;
/** Executions in a pass at most: a pass takes memory while it is encoded. */
const mostRepeats = 4096;
/** Rounds in which the number of executions may grow. */
const mostRounds = 6;
/** How often samples are taken anew, where they turn out too short. */
const mostAttempts = 3;

/** Puts work into a pass several times. Every kernel writes its whole output and never its inputs, so that is harmless. */
function repeated(work: PassWork, count: number): PassWork {
  return (pass) => {
    for (let execution = 0; execution < count; execution += 1) work(pass);
  };
}

/**
 * Measures each piece of work `rounds` times, all of them in order in each round. Short ones are repeated inside their
 * pass until the interval has 20 steps of the clock, or `budgetMs` shared out among all would be exceeded; then the uncertainty
 * says so.
 *
 * @param beforeRound may throw, to stop
 * @returns an estimate each; null where the clock never gave an answer
 */
export async function sampleWork(
  clock: GpuClock,
  work: readonly PassWork[],
  rounds: number,
  { budgetMs = 4000, beforeRound = () => {} }: { budgetMs?: number; beforeRound?: () => void } = {},
): Promise<(Estimate | null)[]> {
  const counts = work.map(() => 1);
  const measure = () => {
    beforeRound();
    return clock.measure(work.map((piece, index) => repeated(piece, counts[index]!)));
  };
  const targetMs = Math.min(stepsWanted * clock.stepMs, budgetMs / (work.length * rounds));
  /** Repeats more often what was too short by this; whether there was any. */
  const grow = (intervals: readonly number[], enoughMs: number): boolean => {
    let grown = false;
    intervals.forEach((ms, index) => {
      const count = counts[index]!;
      if (ms >= enoughMs || count >= mostRepeats) return;
      // An interval of no step may be anything below one.
      const factor = (1.2 * targetMs) / Math.max(ms || 0, clock.stepMs) || 1;
      counts[index] = Math.min(Math.max(Math.ceil(count * factor), count + 1), mostRepeats);
      grown = true;
    });
    return grown;
  };
  for (let round = 0; round < mostRounds && grow(await measure(), targetMs); round += 1);
  let used: number[];
  let samples: number[][];
  let attempts = 0;
  do {
    used = [...counts];
    samples = work.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      (await measure()).forEach((ms, index) => {
        if (ms >= 0) samples[index]!.push(ms / used[index]!);
      });
    }
    // An interval that was long by accident must not leave the others too short.
    attempts += 1;
  } while (
    attempts < mostAttempts &&
    grow(
      samples.map((times, index) => (times.length > 0 ? median(times) * used[index]! : targetMs)),
      targetMs / 2,
    )
  );
  return samples.map((times, index) =>
    times.length > 0
      ? {
          milliseconds: median(times),
          uncertaintyMs: medianUncertainty(times) + clock.stepMs / used[index]!,
          passRepeats: used[index]!,
          samples: times,
        }
      : null,
  );
}
