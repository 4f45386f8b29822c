/** Keeps the course of a training. */
import type { StoredCheckpoint } from './checkpoint.ts';
import { bestValidation } from './early-stopping.ts';
import { type History, Pace, type TrainingProgress, type Validation } from './history.ts';
import type { ResolvedOptions } from './options.ts';

export class Recorder {
  readonly losses: number[];
  readonly validations: Validation[];
  readonly pace = new Pace();
  ended: History['ended'];
  checkpointStep: number | undefined;
  checkpointProblem: string | undefined;
  readonly #options: ResolvedOptions;
  /** Of runs before this one. */
  #milliseconds: number;
  #started: number | undefined;
  /** Losses of the micro-batches of the step that is under way. */
  #partial: number[] = [];

  /** @param before the checkpoint that it goes on from */
  constructor(options: ResolvedOptions, before: StoredCheckpoint | undefined) {
    this.#options = options;
    this.losses = [...(before?.losses ?? [])];
    this.validations = [...(before?.validations ?? [])];
    this.checkpointStep = before?.step;
    this.#milliseconds = before?.milliseconds ?? 0;
  }

  /** Steps made. */
  get step(): number {
    return this.losses.length;
  }

  /** Of all runs. */
  get milliseconds(): number {
    return this.#milliseconds + (this.#started === undefined ? 0 : performance.now() - this.#started);
  }

  start(): void {
    this.#started = performance.now();
  }

  stop(): void {
    this.#milliseconds = this.milliseconds;
    this.#started = undefined;
  }

  /**
   * Takes the loss of the next micro-batch.
   *
   * @returns the loss of the step if that was its last one
   */
  microBatch(loss: number): number | undefined {
    this.#partial.push(loss);
    const { accumulate } = this.#options.step;
    if (this.#partial.length < accumulate) return undefined;
    const mean = this.#partial.reduce((sum, one) => sum + one, 0) / accumulate;
    this.#partial = [];
    return mean;
  }

  /** A step is done, with a finite loss. */
  stepDone(loss: number): void {
    this.losses.push(loss);
    this.pace.step(performance.now());
  }

  /** Forgets a step that will not be finished. @returns whether there was one */
  dropPartial(): boolean {
    const had = this.#partial.length > 0;
    this.#partial = [];
    return had;
  }

  get history(): History {
    const { losses, validations, milliseconds, ended, checkpointProblem } = this;
    const lowerIsBetter = this.#options.validate?.lowerIsBetter ?? true;
    return {
      losses,
      validations,
      best: bestValidation(validations, lowerIsBetter),
      milliseconds,
      stepsPerSecond: milliseconds > 0 ? (1000 * this.step) / milliseconds : 0,
      ended,
      checkpointProblem,
    };
  }

  get progress(): TrainingProgress {
    const { step, checkpointStep, history } = this;
    const { steps, schedule, stepsPerEpoch } = this.#options;
    const { stepsPerSecond } = this.pace;
    const epoch = stepsPerEpoch && {
      number: Math.max(1, Math.ceil(step / stepsPerEpoch)),
      of: Math.ceil(steps / stepsPerEpoch),
    };
    return {
      step,
      steps,
      epoch: epoch || undefined,
      loss: this.losses.at(-1) ?? Number.NaN,
      learningRate: schedule(Math.max(0, step - 1)),
      stepsPerSecond,
      remainingSeconds: stepsPerSecond > 0 ? Math.max(0, steps - step) / stepsPerSecond : undefined,
      checkpointStep,
      history,
    };
  }
}
