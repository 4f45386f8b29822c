/** What a training has shown so far. */

/** The result of a validation. */
export interface Validation {
  /** Steps made before it. */
  readonly step: number;
  readonly value: number;
}

/** The course of a training, from its very first step, also where it was resumed. */
export interface History {
  /** The loss of each step: the mean over its micro-batches. */
  readonly losses: readonly number[];
  readonly validations: readonly Validation[];
  /** The best validation; its parameters are those of the trainer when it has ended. */
  readonly best: Validation | undefined;
  /** Time of all runs, in milliseconds, validations and checkpoints included. */
  readonly milliseconds: number;
  /** Mean of all runs. */
  readonly stepsPerSecond: number;
  /** How it ended: all steps made, or validation did not become better; undefined while it has not. */
  readonly ended: 'complete' | 'early' | undefined;
  /** Why the last checkpoint could not be written, in a sentence; training went on. */
  readonly checkpointProblem: string | undefined;
}

/** How far a training is, told after each step and each validation. */
export interface TrainingProgress {
  /** Steps made. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** Epoch of the last step, from 1, and how many there are; undefined where the trainer knows no epochs. */
  readonly epoch: { readonly number: number; readonly of: number } | undefined;
  /** Of the last step. */
  readonly loss: number;
  /** Of the last step. */
  readonly learningRate: number;
  /** Of the latest steps; 0 before the second step of a run. */
  readonly stepsPerSecond: number;
  /** Until the last step, at this pace; undefined while the pace is unknown. */
  readonly remainingSeconds: number | undefined;
  /** The step of the checkpoint in store; undefined without one. */
  readonly checkpointStep: number | undefined;
  /** As it is now; it grows. */
  readonly history: History;
}

/** How many of the latest steps make the pace. */
const window = 32;

/** Measures steps per second: moments of the latest steps, with time that was spent on something else taken out. */
export class Pace {
  #moments: number[] = [];

  /** A step is done. @param now milliseconds */
  step(now: number): void {
    this.#moments.push(now);
    if (this.#moments.length > window) this.#moments.shift();
  }

  /** Time that was no training, for example of a validation. @param milliseconds how long it took */
  pause(milliseconds: number): void {
    this.#moments = this.#moments.map((moment) => moment + milliseconds);
  }

  /** 0 before the second step. */
  get stepsPerSecond(): number {
    const [first, last] = [this.#moments[0], this.#moments.at(-1)];
    if (first === undefined || last === undefined || !(last > first)) return 0;
    return (1000 * (this.#moments.length - 1)) / (last - first);
  }
}
