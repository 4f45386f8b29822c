/** Writes checkpoints, in the background, one at a time. */
import type { Backend, DeviceParameters } from '../backend.ts';
import { fromFloat16 } from '../data-type.ts';
import { EngineError } from '../errors.ts';
import { type CheckpointNotes, type StoredCheckpoint, serializeCheckpoint } from './checkpoint.ts';
import { allFinite, divergedParameter } from './diverged.ts';
import { type Sample, sampleOf } from './fingerprint.ts';
import type { Identity } from './identity.ts';
import type { ResolvedOptions } from './options.ts';
import type { Recorder } from './recorder.ts';
import type { StepParameters } from './step-parameters.ts';

/** What checkpoints are made of, besides the recorder's part. */
export interface KeptTraining {
  readonly backend: Backend;
  readonly options: ResolvedOptions;
  readonly names: StepParameters;
  readonly identity: Identity;
  readonly parameters: DeviceParameters;
  /** From which it was resumed. */
  readonly stored: StoredCheckpoint | undefined;
}

export class Keeper {
  readonly #training: KeptTraining;
  readonly #recorder: Recorder;
  /** The step of the last checkpoint that was begun. */
  #keptAt: number;
  /** What is being written, or could not be. */
  #pending: { readonly step: number; readonly bytes: Uint8Array } | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(training: KeptTraining, recorder: Recorder) {
    this.#training = training;
    this.#recorder = recorder;
    this.#keptAt = training.stored?.step ?? 0;
  }

  /** Whether a checkpoint is due after this step. @param stops whether it is the last one for now */
  isDue(step: number, stops: boolean): boolean {
    return step > this.#keptAt && (stops || step % this.#training.options.checkpoint!.every === 0);
  }

  /**
   * Reads everything from the device and starts to write it, once the checkpoint before is written. What goes wrong then
   * is noted in the history.
   *
   * @param best learned parameters of the best validation
   * @param sample of the last micro-batch
   * @throws DivergedError where a parameter is not finite; what reading from the device throws
   */
  async keep(
    best: Readonly<Record<string, Float32Array>> | undefined,
    sample: (Sample & { readonly step: number }) | undefined,
  ): Promise<void> {
    const { backend, options, names, identity, parameters } = this.#training;
    const { losses, validations, milliseconds, step } = this.#recorder;
    if (step <= this.#keptAt) return;
    const changing = await parameters.read([...names.changing, ...names.state]);
    const spoilt = Object.keys(changing).find((name) => !allFinite(changing[name]!));
    if (spoilt !== undefined) throw divergedParameter(step, spoilt, this.sentence);
    const { accumulate } = options.step;
    const last = sample?.step === step - 1 ? sample : sampleOf(await options.batch(step - 1, accumulate - 1));
    const notes: CheckpointNotes = {
      fingerprint: await identity.at(step, last),
      seed: options.seed,
      stepsPerEpoch: options.stepsPerEpoch,
      backend: backend.description,
      shapeOf: (name) => names.all.get(name)!.shape,
    };
    const values = { ...this.#frozen(), ...changing };
    const bytes = serializeCheckpoint({ step, values, best, losses, validations, milliseconds }, notes);
    await this.#writing;
    this.#pending = { step, bytes };
    this.#writing = this.#write();
    this.#keptAt = step;
  }

  /** Parameters that training does not change, as they were given. */
  #frozen(): Record<string, Float32Array> {
    const { options, names, stored } = this.#training;
    return Object.fromEntries(
      names.frozen.map((name) => {
        const data = stored?.values[name] ?? options.parameters[name]!;
        return [name, data instanceof Uint16Array ? fromFloat16(data) : (data as Float32Array)];
      }),
    );
  }

  async #write(): Promise<void> {
    const pending = this.#pending;
    if (!pending) return;
    const { store, name } = this.#training.options.checkpoint!;
    try {
      await store.write(name, pending.bytes);
      this.#recorder.checkpointStep = pending.step;
      this.#recorder.checkpointProblem = undefined;
      this.#pending = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#recorder.checkpointProblem = `The checkpoint of step ${pending.step} is not in store: ${reason}`;
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
    this.#writing = this.#write();
    await this.#writing;
    if (this.#pending) throw new EngineError(`${this.#recorder.checkpointProblem} ${this.sentence}`.trim());
  }

  /** What is in store, for errors. */
  get sentence(): string {
    const { checkpointStep } = this.#recorder;
    return checkpointStep === undefined
      ? ''
      : `The checkpoint "${this.#training.options.checkpoint!.name}" of step ${checkpointStep} is intact.`;
  }
}
