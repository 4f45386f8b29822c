/** What is said about a list of timings. */

/** Of timed calls, milliseconds. */
export interface Summary {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
  /** First and third quartile: half of all calls lie between them. */
  readonly quartiles: readonly [number, number];
}

/**
 * The value below which a part of the samples lies, between neighbours by linear interpolation (type 7 of Hyndman and
 * Fan, "Sample Quantiles in Statistical Packages", 1996).
 *
 * @param part 0 … 1
 */
export function quantile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const position = (sorted.length - 1) * part;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

/** @throws RangeError where there is no sample, or one is not a positive number. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0)
    throw new RangeError('There are no timings to summarize; time at least one call.');
  const odd = samples.find((sample) => !(sample > 0 && Number.isFinite(sample)));
  if (odd !== undefined) throw new RangeError(`A call took ${odd} ms, which is no duration; measure again.`);
  return {
    median: quantile(samples, 0.5),
    minimum: Math.min(...samples),
    maximum: Math.max(...samples),
    quartiles: [quantile(samples, 0.25), quantile(samples, 0.75)],
  };
}

/** Milliseconds that the timed rounds of one task may take before their number is cut to the fewest. */
const budgetMs = 20_000;

/**
 * How many rounds to time where nobody said: as many as fit in twenty seconds, at most 50, but never fewer than 7, or 3
 * where a round takes longer than that budget by itself.
 *
 * @param roundMs how long one round of all runtimes took
 */
export function defaultRounds(roundMs: number): number {
  return Math.min(Math.max(Math.floor(budgetMs / roundMs), roundMs > budgetMs ? 3 : 7), 50);
}

/** Two calls that are slower than this on average, ms, shall do. */
export const slowMs = 60_000;

/** Whether a runtime is so slow that the others go on without it, where nobody said how many rounds. */
export function hasEnough(samples: readonly number[]): boolean {
  return (
    samples.length >= 2 && samples.reduce((total, sample) => total + sample, 0) > slowMs * samples.length
  );
}

/** How often a first call is measured, each in a browser of its own, where nobody said: once where it is slow. */
export function defaultFirstCalls(firstMs: number): number {
  return firstMs > budgetMs ? 1 : 3;
}
