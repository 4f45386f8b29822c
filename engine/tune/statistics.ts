/** What interleaved timings say about two variants. Pure functions. */
import { median } from '../profile/statistics.ts';

/** How many times faster the second of two is, the 95 % interval of that, and whether that settles it. */
export interface Verdict {
  /** Median of first / second: 2 means that the second takes half the time. */
  readonly ratio: number;
  readonly interval: readonly [number, number];
  readonly faster: boolean;
}

/** A gain below this is not worth another shader. */
const leastGain = 1.02;

/**
 * The 95 % interval of the median, without assuming a distribution: between order statistics that the sign test cannot
 * reject (Conover, "Practical Nonparametric Statistics", 3.2). Of nine samples these are the second and the eighth, so
 * that one outlier, however far out, moves neither end beyond its neighbour. Fewer than six samples say nothing: 0 to
 * infinity.
 */
export function medianInterval(samples: readonly number[]): readonly [low: number, high: number] {
  const sorted = [...samples].sort((a, b) => a - b);
  const n = sorted.length;
  // P(fewer than `rank` of n fair coins show heads), twice, must stay below 5 %.
  let rank = 0;
  let term = 0.5 ** n;
  for (let tail = term; 2 * tail <= 0.05; tail += term) {
    rank += 1;
    term *= (n - rank + 1) / rank;
  }
  return rank === 0 ? [0, Number.POSITIVE_INFINITY] : [sorted[rank - 1]!, sorted[n - rank]!];
}

/**
 * Judges a candidate by pairs measured one after the other.
 *
 * @param ratios incumbent's time / candidate's, of each pair
 */
export function judge(ratios: readonly number[]): Verdict {
  const ratio = median(ratios);
  const interval = medianInterval(ratios);
  return { ratio, interval, faster: interval[0] > 1 && ratio >= leastGain };
}

/** Whether a few pairs are enough to give a candidate up: clearly slower in each of at least three. */
export function isHopeless(ratios: readonly number[]): boolean {
  return ratios.length >= 3 && Math.max(...ratios) < 0.9;
}

/** `1.27–1.36` */
export function formatInterval([low, high]: readonly [number, number]): string {
  return `${low.toFixed(2)}–${high.toFixed(2)}`;
}
