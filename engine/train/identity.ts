/** Of which training a checkpoint is. */
import { CheckpointError, checkFingerprint, type StoredCheckpoint } from './checkpoint.ts';
import {
  type Fingerprint,
  graphFingerprint,
  initialFingerprint,
  ratesFingerprint,
  type Sample,
  sampleFingerprint,
  sampleOf,
} from './fingerprint.ts';
import type { Batch, ResolvedOptions } from './options.ts';
import type { StepParameters } from './step-parameters.ts';

const lastBatch = 'batch of the last step';

/** What must be the same in two trainings if one goes on from the checkpoint of the other. */
export class Identity {
  readonly #options: ResolvedOptions;
  readonly #fixed: Fingerprint;

  private constructor(options: ResolvedOptions, fixed: Fingerprint) {
    this.#options = options;
    this.#fixed = fixed;
  }

  static async of(options: ResolvedOptions, { model }: StepParameters): Promise<Identity> {
    const { step, parameters, seed, validate } = options;
    return new Identity(options, {
      'graph of the step': await graphFingerprint(step.apply ? [step.graph, step.apply] : [step.graph]),
      'number of micro-batches': String(step.accumulate),
      seed: String(seed),
      'initial parameters': await initialFingerprint(parameters, model),
      validation: validate ? `${validate.every} ${validate.lowerIsBetter ?? true}` : '',
    });
  }

  /**
   * The fingerprint of a state.
   *
   * @param step steps made, above 0
   * @param sample of the last micro-batch
   */
  async at(step: number, sample: Sample): Promise<Fingerprint> {
    return { ...(await this.#until(step)), [lastBatch]: await sampleFingerprint(sample) };
  }

  /** @throws CheckpointError where a checkpoint is of another training */
  async check(
    name: string,
    { step, fingerprint, values }: StoredCheckpoint,
    names: StepParameters,
  ): Promise<void> {
    checkFingerprint(name, fingerprint, await this.#until(step));
    const missing = [...names.model, ...names.state].find((one) => !values[one]);
    if (missing !== undefined) {
      throw new CheckpointError(
        `The checkpoint "${name}" lacks '${missing}'; remove the file from the store.`,
      );
    }
    const batch: Batch = await this.#options.batch(step - 1, this.#options.step.accumulate - 1);
    checkFingerprint(name, fingerprint, { [lastBatch]: await sampleFingerprint(sampleOf(batch)) });
  }

  async #until(step: number): Promise<Fingerprint> {
    const rates = await ratesFingerprint(this.#options.schedule, step);
    return { ...this.#fixed, 'learning rates so far': rates };
  }
}
