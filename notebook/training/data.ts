/** The course of a training as an output shows it: the value of `application/vnd.warpbook.training+json`. */
import type { TrainingProgress } from '../../engine/train/history.ts';

/** The losses of some steps in a row. */
export interface LossStretch {
  /** The last of them; steps count from 1. */
  readonly step: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface TrainingData {
  readonly label: string;
  /** `stopped`: the cell ended before the training did. */
  readonly state: 'running' | 'complete' | 'early' | 'stopped';
  /** Steps made. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: { readonly number: number; readonly of: number } | null;
  /** Of the last step. */
  readonly loss: number;
  readonly learningRate: number;
  readonly stepsPerSecond: number;
  readonly remainingSeconds: number | null;
  /** Of all runs, resumed ones included. */
  readonly elapsedMs: number;
  readonly losses: readonly LossStretch[];
  readonly validations: readonly { readonly step: number; readonly value: number }[];
  /** The step of the best validation. */
  readonly bestStep: number | null;
  /** The step of the checkpoint in store. */
  readonly checkpointStep: number | null;
  /** What went wrong with it. */
  readonly problem: string | null;
}

/** More points than this do not fit into the width of a cell. */
export const mostPoints = 160;

/** Losses in at most `most` stretches of equal length; the last one may be shorter. */
export function stretches(losses: readonly number[], most = mostPoints): LossStretch[] {
  const length = Math.max(1, Math.ceil(losses.length / most));
  const found: LossStretch[] = [];
  for (let start = 0; start < losses.length; start += length) {
    const some = losses.slice(start, start + length);
    found.push({
      step: start + some.length,
      mean: some.reduce((sum, loss) => sum + loss, 0) / some.length,
      low: Math.min(...some),
      high: Math.max(...some),
    });
  }
  return found;
}

/** Every so many of the validations, the best and the last one among them. */
function thinned<Validation extends { step: number }>(
  validations: readonly Validation[],
  best: number | null,
) {
  const every = Math.ceil(validations.length / mostPoints);
  return validations.filter(
    ({ step }, index) => index % every === 0 || step === best || index === validations.length - 1,
  );
}

/** The data of a moment. */
export function trainingData(label: string, progress: TrainingProgress, isOver: boolean): TrainingData {
  const { history, epoch, remainingSeconds, checkpointStep, ...numbers } = progress;
  const { steps, learningRate, stepsPerSecond } = numbers;
  const bestStep = history.best?.step ?? null;
  return {
    label,
    state: history.ended ?? (isOver ? 'stopped' : 'running'),
    // Steps may have landed since.
    step: history.losses.length,
    steps,
    epoch: epoch ?? null,
    loss: history.losses.at(-1) ?? progress.loss,
    learningRate,
    // Over all steps, once there are no more to come.
    stepsPerSecond: history.ended || isOver ? history.stepsPerSecond : stepsPerSecond,
    remainingSeconds: remainingSeconds ?? null,
    elapsedMs: history.milliseconds,
    losses: stretches(history.losses),
    validations: thinned(
      history.validations.filter(({ value }) => Number.isFinite(value)),
      bestStep,
    ).map(({ step, value }) => ({ step, value })),
    bestStep,
    checkpointStep: checkpointStep ?? null,
    problem: history.checkpointProblem ?? null,
  };
}
