/** Reads the course of a training out of a document that anybody may have written. */
import { mostPoints, type TrainingData } from './data.ts';

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isWhole = (value: unknown): boolean => isNumber(value) && Number.isInteger(value) && value >= 0;
const isMissing = (value: unknown): boolean => value === null || value === undefined;

function isList(value: unknown, ...numbers: readonly string[]): boolean {
  return (
    Array.isArray(value) &&
    value.length <= 2 * mostPoints + 2 &&
    value.every(
      (point) => isFields(point) && isWhole(point.step) && numbers.every((name) => isNumber(point[name])),
    )
  );
}

/** The data where all its parts have the types that they should have; undefined for anything else. */
export function readTraining(value: unknown): TrainingData | undefined {
  if (!isFields(value)) return undefined;
  const { label, state, epoch, steps, step, remainingSeconds, bestStep, checkpointStep, problem } = value;
  const isRight =
    typeof label === 'string' &&
    ['running', 'complete', 'early', 'stopped'].includes(state as string) &&
    isWhole(step) &&
    isWhole(steps) &&
    (steps as number) > 0 &&
    (isMissing(epoch) || (isFields(epoch) && isWhole(epoch.number) && isWhole(epoch.of))) &&
    ['loss', 'learningRate', 'stepsPerSecond', 'elapsedMs'].every((name) => isNumber(value[name])) &&
    [remainingSeconds, bestStep, checkpointStep].every((one) => isMissing(one) || isNumber(one)) &&
    (isMissing(problem) || typeof problem === 'string') &&
    isList(value.losses, 'mean', 'low', 'high') &&
    isList(value.validations, 'value');
  return isRight ? (value as unknown as TrainingData) : undefined;
}
