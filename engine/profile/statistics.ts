/** What can be said about repeated measurements. */
import { InputError } from '../errors.ts';

/** Throws `InputError` unless a profile is asked for a whole number of repeats, at least one. */
export function checkRepeats(repeats: number): void {
  if (!(Number.isInteger(repeats) && repeats > 0)) {
    throw new InputError(`A profile takes a whole number of repeats from 1, but it was given ${repeats}.`);
  }
}

/** The middle of a list of numbers; of two, their mean. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Half the width of the 95 % interval of the median, without assuming a distribution: between the order statistics
 * around n/2 ± 0.98 √n (Conover, "Practical Nonparametric Statistics", 3.2). With fewer than six samples no
 * such interval has 95 %, and the whole range is given. Its longer side counts, so that median ± this contains it.
 */
export function medianUncertainty(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const n = sorted.length;
  const rank = Math.max(Math.floor(n / 2 - 0.98 * Math.sqrt(n)), 0);
  const middle = median(sorted);
  return Math.max(middle - sorted[rank]!, sorted[n - 1 - rank]! - middle);
}

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
