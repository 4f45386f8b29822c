/**
 * Training: steps one after the other, each one submit. Some are in flight at a time, so that the GPU never waits for the
 * host; nothing is read back but the loss.
 */
import type { Backend, DeviceParameters } from '../backend.ts';
import { fromFloat16 } from '../data-type.ts';
import { DeviceLostError, EngineError, InputError } from '../errors.ts';
import { Batches } from './batches.ts';
import { readCheckpoint, type StoredCheckpoint, type TrainingState } from './checkpoint.ts';
import { allFinite, divergedParameter } from './diverged.ts';
import { bestValidation, isOutOfPatience } from './early-stopping.ts';
import { type Sample, sampleOf } from './fingerprint.ts';
import { Flight } from './flight.ts';
import type { History } from './history.ts';
import { Identity } from './identity.ts';
import { Keeper } from './keeper.ts';
import { type ResolvedOptions, type RunOptions, resolveOptions, type TrainerOptions } from './options.ts';
import { Recorder } from './recorder.ts';
import { type StepParameters, stepParameters } from './step-parameters.ts';
import { StepPrograms } from './step-programs.ts';

/** Micro-batches that may be under way at a time on the GPU. The reference computes one after the other. */
const mostInFlight = 3;

interface Parts {
  readonly backend: Backend;
  readonly options: ResolvedOptions;
  readonly names: StepParameters;
  readonly identity: Identity;
  readonly parameters: DeviceParameters;
  readonly programs: StepPrograms;
  readonly stored: StoredCheckpoint | undefined;
}

/**
 * Opens a training. Where its checkpoint is in the store, it goes on from there, and ends with the same bits as if it had
 * never been interrupted, on the same adapter.
 *
 * @throws InputError for an option or parameter that does not fit; CheckpointError for a checkpoint that is damaged or of
 * another training; StorageError; what `compile` throws
 */
export async function openTrainer(backend: Backend, given: TrainerOptions): Promise<Trainer> {
  const options = resolveOptions(given);
  const { step, checkpoint, seed } = options;
  const names = stepParameters(step);
  const identity = await Identity.of(options, names);
  const stored = checkpoint && (await readCheckpoint(checkpoint.store, checkpoint.name));
  if (stored) await identity.check(checkpoint!.name, stored, names);
  const all = { outputs: Object.fromEntries(names.all) };
  const values = { ...options.parameters, ...step.initialState(), ...stored?.values };
  const parameters = backend.upload(all, values);
  try {
    const programs = await StepPrograms.compile(backend, step, parameters, seed);
    return new Trainer({ backend, options, names, identity, parameters, programs, stored });
  } catch (error) {
    parameters.dispose();
    throw error;
  }
}

/** Made by `openTrainer`. */
export class Trainer {
  /** On the device, as they are after the last step; programs compiled with them share them. */
  readonly parameters: DeviceParameters;
  /** The step at which it was resumed from a checkpoint; 0 where it began anew. */
  readonly resumedAt: number;
  readonly #parts: Parts;
  readonly #recorder: Recorder;
  readonly #flight: Flight;
  readonly #keeper: Keeper | undefined;
  readonly #batches: Batches;
  /** Learned parameters of the best validation. */
  #best: Readonly<Record<string, Float32Array>> | undefined;
  /** Of the last micro-batch of the last step that was queued. */
  #sample: (Sample & { readonly step: number }) | undefined;
  #validatedAt: number;
  #keptAt: number;
  #isRunning = false;

  constructor(parts: Parts) {
    const { options, parameters, programs, stored } = parts;
    this.#parts = parts;
    this.parameters = parameters;
    this.resumedAt = stored?.step ?? 0;
    this.#recorder = new Recorder(options, stored);
    this.#recorder.checkpointStep = stored?.step;
    this.#keeper = options.checkpoint && new Keeper(options.checkpoint, this.#recorder);
    this.#flight = new Flight(programs, this.#recorder, options, () => this.#keeper?.sentence ?? '');
    this.#batches = new Batches((step, microBatch) => options.batch(step, microBatch));
    this.#best = stored?.best;
    this.#validatedAt = stored?.validations.at(-1)?.step ?? 0;
    this.#keptAt = stored?.step ?? 0;
  }

  /** Steps made. */
  get step(): number {
    return this.#recorder.step;
  }

  get history(): History {
    return this.#recorder.history;
  }

  /**
   * Trains to the end, from wherever it is. Then the parameters are those of the best validation, or the last ones where
   * there is none.
   *
   * @throws DivergedError where a loss is no number; the signal's reason; what `onProgress`, `batch` and `validate` throw;
   * DeviceLostError and other errors of the backend. Checkpoints stay, and after all but errors of the engine `run` can be
   * called again.
   */
  async run({ signal, onProgress }: RunOptions = {}): Promise<History> {
    if (this.#isRunning)
      throw new InputError('This trainer runs already; wait for it, or stop it by its signal.');
    this.#requireWhole();
    this.#isRunning = true;
    this.#recorder.start();
    try {
      await this.#train(signal, () => onProgress?.(this.#recorder.progress));
      return this.history;
    } catch (error) {
      throw error instanceof DeviceLostError ? this.#lost(error) : error;
    } finally {
      await this.#flight.land();
      await this.#keeper?.settled();
      this.#recorder.stop();
      this.#isRunning = false;
    }
  }

  /**
   * Writes a checkpoint, or one that could not be written before.
   *
   * @throws InputError where the trainer has no place for it, or runs; EngineError where it cannot be written
   */
  async save(): Promise<void> {
    if (!this.#keeper || this.#isRunning) {
      throw new InputError(
        this.#isRunning
          ? 'A trainer that runs writes its checkpoints by itself; stop it by its signal.'
          : 'This trainer has no checkpoint; open it with one.',
      );
    }
    if (!this.#recorder.ended) {
      this.#requireWhole();
      await this.#keep(this.step);
    }
    await this.#keeper.ensure();
  }

  /**
   * The parameters of the model, without the optimiser's state.
   *
   * @param names default: all
   */
  read(names: readonly string[] = this.#parts.names.model): Promise<Record<string, Float32Array>> {
    return this.parameters.read(names);
  }

  /** Frees programs and parameters. */
  dispose(): void {
    this.#parts.programs.dispose();
    this.parameters.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  async #train(signal: AbortSignal | undefined, tell: () => void): Promise<void> {
    const { steps, validate, checkpoint } = this.#parts.options;
    for (let step = this.step; ; step++) {
      const isLast = step >= steps;
      const stops = isLast || signal?.aborted;
      const validates = validate && step > this.#validatedAt && (isLast || step % validate.every === 0);
      const keeps = checkpoint && step > this.#keptAt && (stops || step % checkpoint.every === 0);
      if (stops || validates || keeps) await this.#flight.settle(0, tell);
      if (validates) {
        await this.#validate(step);
        tell();
      }
      const isEarly = validate?.patience !== undefined && this.#isOutOfPatience();
      if (keeps || isEarly) await this.#keep(step);
      if (isLast || isEarly) return this.#end(isEarly ? 'early' : 'complete', tell);
      if (signal?.aborted) {
        await this.#keeper?.ensure();
        throw signal.reason;
      }
      await this.#queue(step, tell);
    }
  }

  async #queue(step: number, tell: () => void): Promise<void> {
    const { backend, options } = this.#parts;
    const { accumulate } = options.step;
    const inFlight = backend.kind === 'webgpu' ? mostInFlight : 1;
    for (let microBatch = 0; microBatch < accumulate; microBatch++) {
      const batch = await this.#batches.take({ step, microBatch });
      const isLast = microBatch === accumulate - 1;
      if (isLast) this.#sample = { step, ...sampleOf(batch) };
      this.#flight.queue({ step, microBatch }, batch);
      const next = isLast ? { step: step + 1, microBatch: 0 } : { step, microBatch: microBatch + 1 };
      // The reference reads a batch while it computes, so the next one has to wait.
      if (inFlight > 1 && next.step < options.steps) this.#batches.ahead(next);
      await this.#flight.settle(inFlight - 1, tell);
    }
  }

  async #validate(step: number): Promise<void> {
    const validate = this.#parts.options.validate!;
    const { validations, pace } = this.#recorder;
    const started = performance.now();
    const value: unknown = await validate.run(this.parameters, step);
    if (typeof value !== 'number') {
      throw new InputError(
        `validate.run must return a number, but after step ${step} it returned ${String(value)}.`,
      );
    }
    const validation = { step, value };
    if (bestValidation([...validations, validation], validate.lowerIsBetter ?? true) === validation) {
      this.#best = await this.parameters.read(this.#parts.names.changing);
    }
    validations.push(validation);
    this.#validatedAt = step;
    pace.pause(performance.now() - started);
  }

  #isOutOfPatience(): boolean {
    const { lowerIsBetter = true, patience } = this.#parts.options.validate!;
    return isOutOfPatience(this.#recorder.validations, lowerIsBetter, patience!);
  }

  async #end(how: 'complete' | 'early', tell: () => void): Promise<void> {
    await this.#keeper?.settled();
    if (this.#best) this.parameters.write(this.#best);
    this.#recorder.ended = how;
    tell();
  }

  /** Starts to write a checkpoint, unless there is one of this step; the flight has landed. */
  async #keep(step: number): Promise<void> {
    if (!this.#keeper || step <= this.#keptAt) return;
    const { options, names, identity, backend } = this.#parts;
    const { seed, stepsPerEpoch, batch } = options;
    const started = performance.now();
    const changing = await this.parameters.read([...names.changing, ...names.state]);
    const spoilt = Object.keys(changing).find((name) => !allFinite(changing[name]!));
    if (spoilt !== undefined) {
      const error = divergedParameter(step, spoilt, this.#keeper.sentence);
      this.#flight.broken = error.message;
      throw error;
    }
    const sample =
      this.#sample?.step === step - 1
        ? this.#sample
        : sampleOf(await batch(step - 1, options.step.accumulate - 1));
    const { losses, validations, milliseconds } = this.#recorder;
    const state: TrainingState = {
      step,
      values: { ...this.#frozen(), ...changing },
      best: this.#best,
      losses,
      validations,
      milliseconds,
    };
    const shapeOf = (name: string) => names.all.get(name)!.shape;
    const fingerprint = await identity.at(step, sample);
    await this.#keeper.write(state, {
      fingerprint,
      seed,
      stepsPerEpoch,
      backend: backend.description,
      shapeOf,
    });
    this.#keptAt = step;
    this.#recorder.pace.pause(performance.now() - started);
  }

  /** Parameters that training does not change, as they were given. */
  #frozen(): Record<string, Float32Array> {
    const { options, names, stored } = this.#parts;
    return Object.fromEntries(
      names.frozen.map((name) => {
        const data = stored?.values[name] ?? options.parameters[name]!;
        const isHalf = data instanceof Uint16Array;
        return [name, isHalf ? fromFloat16(data) : (data as Float32Array)];
      }),
    );
  }

  #requireWhole(): void {
    const { broken } = this.#flight;
    if (broken === undefined) return;
    throw new EngineError(`${broken} Open the training anew.`);
  }

  #lost(error: DeviceLostError): DeviceLostError {
    const sentence = this.#keeper?.sentence;
    const way = sentence ? `${sentence} Open the training on a new backend, and it goes on from there.` : '';
    return new DeviceLostError(`${error.message} ${way}`.trim(), { cause: error });
  }
}
