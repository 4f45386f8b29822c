/**
 * Which validation was the best, and when there is no hope of a better one. Pure functions of the course so far, so that
 * a resumed training stops where an uninterrupted one does.
 *
 * Source: Prechelt, "Early Stopping — But When?" (in: Neural Networks: Tricks of the Trade, 1998), the criterion of
 * successive validations without progress.
 */
import type { Validation } from './history.ts';

/** The first of the best validations; undefined where there is none, or none is a number. */
export function bestValidation(
  validations: readonly Validation[],
  lowerIsBetter: boolean,
): Validation | undefined {
  let best: Validation | undefined;
  for (const validation of validations) {
    const { value } = validation;
    if (Number.isNaN(value)) continue;
    if (!best || (lowerIsBetter ? value < best.value : value > best.value)) best = validation;
  }
  return best;
}

/**
 * Whether to stop: the last `patience` validations were no better than one before them.
 *
 * @param patience validations
 */
export function isOutOfPatience(
  validations: readonly Validation[],
  lowerIsBetter: boolean,
  patience: number,
): boolean {
  const best = bestValidation(validations, lowerIsBetter);
  const sinceBest = best ? validations.length - 1 - validations.indexOf(best) : validations.length;
  return sinceBest >= patience;
}
