/** Validates a training, and keeps the parameters of its best validation. */
import type { DeviceParameters } from '../backend.ts';
import { InputError } from '../errors.ts';
import type { StoredCheckpoint } from './checkpoint.ts';
import { bestValidation, isOutOfPatience } from './early-stopping.ts';
import type { ValidationOptions } from './options.ts';
import type { Recorder } from './recorder.ts';

export class Validator {
  /** Learned parameters of the best validation. */
  best: Readonly<Record<string, Float32Array>> | undefined;
  readonly #options: ValidationOptions;
  readonly #parameters: DeviceParameters;
  readonly #learned: readonly string[];
  readonly #recorder: Recorder;

  constructor(
    options: ValidationOptions,
    parameters: DeviceParameters,
    learned: readonly string[],
    recorder: Recorder,
    stored: StoredCheckpoint | undefined,
  ) {
    this.#options = options;
    this.#parameters = parameters;
    this.#learned = learned;
    this.#recorder = recorder;
    this.best = stored?.best;
  }

  /** Whether a validation is due after this step. */
  isDue(step: number, isLast: boolean): boolean {
    const last = this.#recorder.validations.at(-1)?.step ?? 0;
    return step > last && (isLast || step % this.#options.every === 0);
  }

  /** @throws InputError where the result is no number; what the validation throws */
  async validate(step: number): Promise<void> {
    const { validations, pace } = this.#recorder;
    const started = performance.now();
    const value: unknown = await this.#options.run(this.#parameters, step);
    if (typeof value !== 'number') {
      throw new InputError(
        `validate.run must return a number, but after step ${step} it returned ${String(value)}.`,
      );
    }
    const validation = { step, value };
    if (bestValidation([...validations, validation], this.#lowerIsBetter) === validation) {
      this.best = await this.#parameters.read(this.#learned);
    }
    validations.push(validation);
    pace.pause(performance.now() - started);
  }

  /** Whether training should stop, since there was no better validation for so long. */
  get isOutOfPatience(): boolean {
    const { patience } = this.#options;
    return (
      patience !== undefined && isOutOfPatience(this.#recorder.validations, this.#lowerIsBetter, patience)
    );
  }

  get #lowerIsBetter(): boolean {
    return this.#options.lowerIsBetter ?? true;
  }
}
