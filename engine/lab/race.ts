/** Two versions of a kernel, timed in turn. */
import type { WebGpuDevice } from '../gpu/device.ts';
import { openClock, type PassWork } from '../profile/clock.ts';
import { sampleWork } from '../profile/sample.ts';
import { median, medianInterval } from '../profile/statistics.ts';
import { withinTime } from './time-limit.ts';

export interface RaceResult {
  /** Median of one execution, ms. */
  readonly currentMs: number;
  /** That divided by the speed-up: a median of its own would contradict the pairs where the machine drifts. */
  readonly candidateMs: number;
  /** Median of current / candidate. */
  readonly speedup: number;
  /** 95 % interval of it, widened by what the clock's step may hide. */
  readonly interval: readonly [number, number];
  readonly rounds: number;
}

/** What all rounds should take at most, ms, where nobody says how many there are. */
const wholeMs = 3000;
const mostRounds = 16;
/** Fewer have no 95 % interval. */
const leastRounds = 6;

/**
 * Times both in every round, one after the other; who goes first changes from round to round. What disturbs both alike, and
 * what drifts, then cancels: a ratio is taken in each round. Passes last 100 steps of the clock, 1 ms at least.
 *
 * @param current what encodes one execution of the current version
 * @param candidate and of the other
 * @param rounds default 16, or fewer where they would take longer than 3 s
 * @throws DeviceLostError where one submission takes longer than `budgetMs`
 */
export async function race(
  gpu: WebGpuDevice,
  current: PassWork,
  candidate: PassWork,
  rounds: number | undefined,
  budgetMs: number,
): Promise<RaceResult> {
  const clock = await openClock(gpu, 4);
  const measure = (passes: readonly PassWork[]) =>
    withinTime(gpu, budgetMs, 'timing a kernel', clock.measure(passes));
  try {
    const [one = 0, other = 0] = await measure([current, candidate]);
    const affordable = Math.min(mostRounds, wholeMs / (one + other || 1));
    // Twenty steps of such a clock are what passes are made to last.
    const limited = { ...clock, measure, stepMs: Math.max(5 * clock.stepMs, 0.05) };
    const order = [current, candidate, candidate, current];
    const estimates = await sampleWork(
      limited,
      order,
      Math.ceil(Math.max(rounds ?? affordable, leastRounds) / 2),
    );
    const times = (...indices: number[]) => indices.flatMap((index) => estimates[index]?.samples ?? []);
    const [currentTimes, candidateTimes] = [times(0, 3), times(1, 2)];
    // Below the step of a clock is not nothing.
    const ratios = currentTimes.map((ms, i) => (ms || 1e-6) / (candidateTimes[i] || 1e-6));
    const passMs = (index: number, ms: number) => ms * (estimates[index]?.passRepeats ?? 1);
    const [currentMs, candidateMs] = [median(currentTimes), median(candidateTimes)];
    const hidden = 1 + (clock.stepMs / passMs(0, currentMs) + clock.stepMs / passMs(1, candidateMs)) / 2;
    const speedup = median(ratios);
    const [low, high] = medianInterval(ratios);
    return {
      currentMs,
      candidateMs: currentMs / speedup,
      speedup,
      interval: [low / hidden, high * hidden],
      rounds: ratios.length,
    };
  } finally {
    clock.dispose();
  }
}

/** `1.31× faster (1.27–1.36)`, `1.2× slower (…)` or `no difference measured (0.97–1.04)`. */
export function describeRace({ speedup, interval: [low, high] }: RaceResult): string {
  const range = (a: number, b: number): string => `(${a.toFixed(2)}–${b.toFixed(2)})`;
  if (low > 1) return `${speedup.toFixed(2)}× faster ${range(low, high)}`;
  if (high < 1) return `${(1 / speedup).toFixed(2)}× slower ${range(1 / high, 1 / low)}`;
  return `no difference measured ${range(low, high)}`;
}
