/** What repeated runs with different seeds say about a metric. */
import { InputError } from '../errors.ts';

/** Mean and spread of one metric over runs. */
export interface SeedSummary {
  /** Runs. */
  readonly runs: number;
  readonly mean: number;
  /** Of the mean: the runs' standard deviation (n − 1) over √n. NaN with one run. */
  readonly standardError: number;
  /** The 95 % interval of the mean, by Student's t with n − 1 degrees of freedom. NaN with one run. */
  readonly interval: readonly [low: number, high: number];
}

/** 97.5 % quantiles of Student's t with 1 … 30 degrees of freedom. Source: NIST/SEMATECH e-Handbook, 1.3.6.7.2. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * Mean, standard error and 95 % interval over seeds.
 *
 * @param values one number a run
 * @throws InputError where there is none, or one that is not finite.
 */
export function overSeeds(values: readonly number[]): SeedSummary {
  if (values.length === 0 || !values.every(Number.isFinite)) {
    throw new InputError(`A mean over seeds needs finite numbers, but there are [${values.join(', ')}].`);
  }
  const runs = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / runs;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = runs === 1 ? Number.NaN : Math.sqrt(squares / (runs - 1) / runs);
  // Beyond 30 the normal distribution's 1.96 would be too narrow by up to 4 %: the 30th stays.
  const half = (quantiles[Math.min(runs - 1, quantiles.length) - 1] ?? Number.NaN) * standardError;
  return { runs, mean, standardError, interval: [mean - half, mean + half] };
}
