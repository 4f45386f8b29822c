/** Two versions of a kernel, timed in turn. */
import type { WebGpuDevice } from '../gpu/device.ts';
import { openClock, type PassWork } from '../profile/clock.ts';
import { median } from '../profile/statistics.ts';
import { medianInterval } from '../tune/statistics.ts';
import { withinTime } from './time-limit.ts';

export interface RaceResult {
  /** Medians of one execution, ms. */
  readonly currentMs: number;
  readonly candidateMs: number;
  /** Median of current / candidate. */
  readonly speedup: number;
  /** 95 % interval of it, widened by what the clock's step may hide. */
  readonly interval: readonly [number, number];
  readonly rounds: number;
}

/** A pass of so many steps of the clock is long enough: a step more or less is 1 %. */
const stepsWanted = 100;
/** And so long at least, ms: beginning a pass takes some microseconds. */
const leastMs = 1;
const mostRepeats = 4096;
/** What all rounds should take at most, ms. */
const wholeMs = 3000;
/** What one submission should take at most, ms, and how many pairs it holds at most. */
const submissionMs = 200;
const mostPairs = 16;
/** Fewer have no 95 % interval. */
const leastRounds = 6;

/**
 * Times both in every round, one after the other, and who goes first changes. What disturbs both alike, and what drifts, then
 * cancels: a ratio is taken in each round.
 *
 * @param versions what encodes one execution of the current version, and of the candidate
 * @param rounds default 15, or fewer where they would take longer than 3 s
 * @throws DeviceLostError where one submission takes longer than `budgetMs`
 */
export async function race(
  gpu: WebGpuDevice,
  versions: readonly [PassWork, PassWork],
  rounds: number | undefined,
  budgetMs: number,
): Promise<RaceResult> {
  const clock = await openClock(gpu, 2 * mostPairs);
  const repeats = [1, 1];
  const passes = versions.map(
    (encode, index): PassWork =>
      (pass) => {
        for (let i = 0; i < repeats[index]!; i++) encode(pass);
      },
  );
  /** Times of pairs in one submission; in those of odd rounds the candidate goes first. */
  const measure = async (pairs: number, round = 0): Promise<number[][]> => {
    const [first, second] = passes as [PassWork, PassWork];
    const order = Array.from({ length: pairs }, (_, i) =>
      (round + i) % 2 === 0 ? [first, second] : [second, first],
    );
    const times = await withinTime(gpu, budgetMs, 'timing a kernel', clock.measure(order.flat()));
    return order.map((_, i) => {
      const pair = times.slice(2 * i, 2 * i + 2);
      return (round + i) % 2 === 0 ? pair : pair.reverse();
    });
  };
  try {
    const targetMs = Math.max(leastMs, stepsWanted * clock.stepMs);
    await measure(1); // Warm-up.
    let pairMs = targetMs;
    for (let growth = 0; growth < 6; growth++) {
      const [times] = (await measure(1)) as [number[]];
      pairMs = Math.max(times[0]! + times[1]!, 1e-3) || targetMs;
      const short = times.map((ms, index) => !(ms >= targetMs) && repeats[index]! < mostRepeats);
      if (!short.includes(true)) break;
      times.forEach((ms, index) => {
        if (!short[index]) return;
        const factor = (1.2 * targetMs) / Math.max(ms || 0, clock.stepMs, targetMs / 64);
        repeats[index] = Math.min(mostRepeats, Math.ceil(repeats[index]! * Math.max(factor, 1.1)));
      });
    }
    const wanted = Math.max(rounds ?? Math.min(15, Math.floor(wholeMs / pairMs)), leastRounds);
    const together = Math.max(1, Math.min(mostPairs, Math.floor(submissionMs / pairMs)));
    const samples: number[][] = [[], []];
    for (let round = 0; round < wanted; round += together) {
      for (const pair of await measure(Math.min(together, wanted - round), round)) {
        // A clock that was reset says nothing, and one too coarse says 0.
        if (!pair.every((ms) => ms >= 0)) continue;
        pair.forEach((ms, index) => {
          samples[index]!.push(Math.max(ms, clock.stepMs / 2, 1e-6) / repeats[index]!);
        });
      }
    }
    const [current, candidate] = samples as [number[], number[]];
    const ratios = current.map((ms, round) => ms / candidate[round]!);
    const passMs = (index: number): number => median(samples[index]!) * repeats[index]!;
    const hidden = 1 + (clock.stepMs / passMs(0) + clock.stepMs / passMs(1)) / 2;
    const [low, high] = medianInterval(ratios);
    return {
      currentMs: median(current),
      candidateMs: median(candidate),
      speedup: median(ratios),
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
