/** What a trainer is told. */
import type { DeviceParameters, HostArray, HostParameters } from '../backend.ts';
import { InputError } from '../errors.ts';
import type { FileStore } from '../storage/file-store.ts';
import type { TrainingProgress } from './history.ts';
import { constantRate, type Schedule } from './schedule.ts';
import type { TrainingStep } from './step.ts';

/** Inputs of the step's graph, by name, without those that the trainer gives (`optimizer`, `random`, `accumulation`). */
export type Batch = Readonly<Record<string, HostArray>>;

/** How a training is validated. */
export interface ValidationOptions {
  /** Steps between two validations; the last step is followed by one in any case. */
  readonly every: number;
  /**
   * Measures how good the parameters are.
   *
   * @param parameters for programs of its own, which share them
   * @param step steps made
   */
  run(parameters: DeviceParameters, step: number): number | Promise<number>;
  /** Default true, as for a loss; false as for an F1 score. */
  readonly lowerIsBetter?: boolean;
  /** So many validations in a row without a better one end the training. Default: none do. */
  readonly patience?: number;
}

/** Where checkpoints go. */
export interface CheckpointOptions {
  readonly store: FileStore;
  /** The file's name. A training that finds its own checkpoint there goes on from it. */
  readonly name: string;
  /** Steps between two checkpoints. One is written at the end and when a signal stops the training in any case. */
  readonly every: number;
}

export interface TrainerOptions {
  readonly step: TrainingStep;
  /** Initial parameters of the model, by name; more may be given than the step uses. */
  readonly parameters: HostParameters;
  /**
   * The inputs of a step: a pure function of its numbers, so that a resumed training sees the same. It is called while the
   * GPU computes the step before. Arrays are new each time, or at least not changed until the next call.
   *
   * @param step from 0
   * @param microBatch from 0, where a step has several
   */
  batch(step: number, microBatch: number): Batch | Promise<Batch>;
  readonly learningRate: number | Schedule;
  /** Steps in all; or `epochs` and `stepsPerEpoch`. */
  readonly steps?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** Of the random numbers (dropout), a whole number below 2³². Default 0. */
  readonly seed?: number;
  readonly validate?: ValidationOptions;
  readonly checkpoint?: CheckpointOptions;
}

/** How a run is watched and stopped. */
export interface RunOptions {
  /** Stops between two steps: a checkpoint is written, then `run` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Told after each step, each validation, and how it stands when a run was stopped. What it throws stops the training
   * between two steps.
   */
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** Options that were checked, with all defaults. */
export interface ResolvedOptions extends TrainerOptions {
  readonly steps: number;
  readonly seed: number;
  readonly schedule: Schedule;
}

function requireCount(name: string, given: number | undefined): void {
  if (given !== undefined && !(Number.isSafeInteger(given) && given > 0)) {
    throw new InputError(`A trainer takes a whole number above 0 for ${name}, but it is ${given}.`);
  }
}

/** @throws InputError where an option is missing or out of range */
export function resolveOptions(options: TrainerOptions): ResolvedOptions {
  const { steps, epochs, stepsPerEpoch, learningRate, seed = 0, validate, checkpoint } = options;
  requireCount('steps', steps);
  requireCount('epochs', epochs);
  requireCount('stepsPerEpoch', stepsPerEpoch);
  requireCount('validate.every', validate?.every);
  requireCount('validate.patience', validate?.patience);
  requireCount('checkpoint.every', checkpoint?.every);
  const epochSteps = epochs !== undefined && stepsPerEpoch !== undefined ? epochs * stepsPerEpoch : undefined;
  const all = steps ?? epochSteps;
  if (all === undefined || (steps !== undefined && epochs !== undefined)) {
    throw new InputError('A trainer takes either steps, or epochs and stepsPerEpoch.');
  }
  if (!(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)) {
    throw new InputError(`A trainer takes a seed that is a whole number from 0 and below 2³², not ${seed}.`);
  }
  const schedule = typeof learningRate === 'number' ? constantRate(learningRate) : learningRate;
  return { ...options, steps: all, seed, schedule };
}
