/** What interleaved timings say about two variants. Pure functions. */
import { median, medianInterval } from '../profile/statistics.ts';

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
