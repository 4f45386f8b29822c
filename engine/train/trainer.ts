/**
 * Training: steps one after the other, each one submit. Some are in flight at a time, so that the GPU never waits for the
 * host; nothing is read back but the loss.
 */
import type { DeviceParameters } from '../backend.ts';
import { DeviceLostError, EngineError, InputError } from '../errors.ts';
import { Batches } from './batches.ts';
import { DivergedError } from './diverged.ts';
import { type Sample, sampleOf } from './fingerprint.ts';
import { Flight } from './flight.ts';
import type { History } from './history.ts';
import { Keeper, type KeptTraining } from './keeper.ts';
import type { RunOptions } from './options.ts';
import { Recorder } from './recorder.ts';
import type { StepPrograms } from './step-programs.ts';
import { Validator } from './validator.ts';

/** Micro-batches that may be under way at a time on the GPU. The reference computes one after the other. */
const mostInFlight = 3;

/** What `openTrainer` has made ready. */
export interface TrainerParts extends KeptTraining {
  readonly programs: StepPrograms;
}

/** Made by `openTrainer`. */
export class Trainer {
  /** On the device, as they are after the last step; programs compiled with them share them. */
  readonly parameters: DeviceParameters;
  /** The step at which it was resumed from a checkpoint; 0 where it began anew. */
  readonly resumedAt: number;
  readonly #parts: TrainerParts;
  readonly #recorder: Recorder;
  readonly #flight: Flight;
  readonly #keeper: Keeper | undefined;
  readonly #validator: Validator | undefined;
  readonly #batches: Batches;
  /** Of the last micro-batch of the last step that was queued. */
  #sample: (Sample & { readonly step: number }) | undefined;
  #isRunning = false;

  constructor(parts: TrainerParts) {
    const { options, names, parameters, programs, stored } = parts;
    this.#parts = parts;
    this.parameters = parameters;
    this.resumedAt = stored?.step ?? 0;
    const recorder = new Recorder(options, stored);
    this.#recorder = recorder;
    this.#keeper = options.checkpoint && new Keeper(parts, recorder);
    this.#validator =
      options.validate && new Validator(options.validate, parameters, names.changing, recorder, stored);
    this.#flight = new Flight(programs, recorder, options, () => this.#keeper?.sentence ?? '');
    this.#batches = new Batches((step, microBatch) => options.batch(step, microBatch));
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
    const tell = () => onProgress?.(this.#recorder.progress);
    try {
      await this.#train(signal, tell);
      return this.history;
    } catch (error) {
      await this.#flight.land();
      await this.#keeper?.settled();
      if (this.step > 0) tellOnce(tell);
      throw error instanceof DeviceLostError ? this.#lost(error) : error;
    } finally {
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
      await this.#keep();
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
    const { steps } = this.#parts.options;
    for (let step = this.step; ; step++) {
      const isLast = step >= steps;
      const stops = isLast || (signal?.aborted ?? false);
      const validates = this.#validator?.isDue(step, isLast);
      const keeps = this.#keeper?.isDue(step, stops);
      if (stops || validates || keeps) await this.#flight.settle(0, tell);
      if (validates) {
        await this.#validator!.validate(step);
        tell();
      }
      const isEarly = this.#validator?.isOutOfPatience ?? false;
      if (keeps || isEarly) await this.#keep();
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

  async #end(how: 'complete' | 'early', tell: () => void): Promise<void> {
    await this.#keeper?.settled();
    const best = this.#validator?.best;
    if (best) this.parameters.write(best);
    this.#recorder.ended = how;
    tell();
  }

  /** Starts to write a checkpoint, unless there is one of this step; nothing is in flight. */
  async #keep(): Promise<void> {
    const started = performance.now();
    try {
      await this.#keeper?.keep(this.#validator?.best, this.#sample);
    } catch (error) {
      if (error instanceof DivergedError) this.#flight.broken = error.message;
      throw error;
    }
    this.#recorder.pace.pause(performance.now() - started);
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

/** Tells whoever watches, who may already have thrown, and is not asked again. */
function tellOnce(tell: () => void): void {
  try {
    tell();
  } catch {} // The run has failed as it is.
}
