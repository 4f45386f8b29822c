/** What is said about a list of timings. */
import { median } from '../../engine/profile/statistics.ts';

/** Of timed calls, milliseconds. */
export interface Summary {
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** @throws RangeError where there is no sample, or one is not a positive number. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0)
    throw new RangeError('There are no timings to summarize; time at least one call.');
  const odd = samples.find((sample) => !(sample > 0 && Number.isFinite(sample)));
  if (odd !== undefined) throw new RangeError(`A call took ${odd} ms, which is no duration; measure again.`);
  return { median: median(samples), minimum: Math.min(...samples), maximum: Math.max(...samples) };
}

/** Milliseconds that the timed rounds of one batch size may take before their number is cut to the fewest. */
const budgetMs = 10_000;

/**
 * How many rounds to time where nobody said: as many as fit in ten seconds, at most 50, but never fewer than 7, or 3
 * for batches, of which a slow runtime takes 20 seconds a call on a software adapter.
 *
 * @param roundMs how long one round of all runtimes took
 */
export function defaultRounds(batch: number, roundMs: number): number {
  return Math.min(Math.max(Math.floor(budgetMs / roundMs), batch === 1 ? 7 : 3), 50);
}
