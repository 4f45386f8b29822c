import type { HostArray } from '../backend.ts';
import { EngineError } from '../errors.ts';

/** A loss or a parameter is no finite number any more. */
export class DivergedError extends EngineError {
  override name = 'DivergedError';
}

/**
 * Where the loss of a step is not finite: says which step, and what to try.
 *
 * @param step from 1, as people count
 * @param inputs of that step, in which the cause may be
 * @param checkpoint a sentence about what is in store
 */
export function divergedLoss(
  step: number,
  loss: number,
  learningRate: number,
  inputs: Readonly<Record<string, HostArray>> | undefined,
  checkpoint: string,
): DivergedError {
  const name = Object.keys(inputs ?? {}).find((input) => !allFinite(inputs![input]!));
  const advice =
    name === undefined
      ? `try a learning rate below ${Number(learningRate.toPrecision(3))}, a warm-up, or clipNorm`
      : `its input '${name}' holds numbers that are not finite; mend the data`;
  return new DivergedError(`The loss of step ${step} is ${loss}: ${advice}. ${checkpoint}`.trim());
}

/** Where a parameter is not finite though all losses were: the last update was too large. */
export function divergedParameter(step: number, name: string, checkpoint: string): DivergedError {
  return new DivergedError(
    `After step ${step} '${name}' holds numbers that are not finite: try a smaller learning rate, a warm-up, or clipNorm. ${checkpoint}`.trim(),
  );
}

/** Whether all numbers are finite; float16 bits count as such. */
export function allFinite(numbers: HostArray): boolean {
  return !(numbers instanceof Float32Array) || numbers.every(Number.isFinite);
}
