/** Writes checkpoints, in the background, one at a time. */
import { EngineError } from '../errors.ts';
import { type CheckpointNotes, serializeCheckpoint, type TrainingState } from './checkpoint.ts';
import type { CheckpointOptions } from './options.ts';
import type { Recorder } from './recorder.ts';

export class Keeper {
  readonly #options: CheckpointOptions;
  readonly #recorder: Recorder;
  /** What is being written, or could not be. */
  #pending: { readonly step: number; readonly bytes: Uint8Array } | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: CheckpointOptions, recorder: Recorder) {
    this.#options = options;
    this.#recorder = recorder;
  }

  /** Starts to write a state; waits for the one before. What goes wrong is noted in the history. */
  async write(state: TrainingState, notes: CheckpointNotes): Promise<void> {
    await this.#writing;
    this.#pending = { step: state.step, bytes: serializeCheckpoint(state, notes) };
    this.#writing = this.#store();
  }

  async #store(): Promise<void> {
    const pending = this.#pending;
    if (!pending) return;
    const { store, name } = this.#options;
    try {
      await store.write(name, pending.bytes);
      this.#recorder.checkpointStep = pending.step;
      this.#recorder.checkpointProblem = undefined;
      this.#pending = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#recorder.checkpointProblem = `The checkpoint of step ${pending.step} was not written: ${reason}`;
    }
  }

  /** Resolves when nothing is being written any more. */
  settled(): Promise<void> {
    return this.#writing;
  }

  /**
   * Tries again what could not be written, and sees to it that all is.
   *
   * @throws EngineError where it is not
   */
  async ensure(): Promise<void> {
    await this.#writing;
    this.#writing = this.#store();
    await this.#writing;
    if (this.#pending) throw new EngineError(`${this.#recorder.checkpointProblem} ${this.sentence}`.trim());
  }

  /** What is in store, for errors. */
  get sentence(): string {
    const { checkpointStep } = this.#recorder;
    return checkpointStep === undefined
      ? ''
      : `The checkpoint "${this.#options.name}" of step ${checkpointStep} is intact.`;
  }
}
