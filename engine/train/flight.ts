/** Micro-batches that were queued and have not answered. */
import { EngineError } from '../errors.ts';
import { divergedLoss } from './diverged.ts';
import type { Batch, ResolvedOptions } from './options.ts';
import type { Recorder } from './recorder.ts';
import type { Place, StepPrograms } from './step-programs.ts';

interface Queued {
  readonly place: Place;
  readonly learningRate: number;
  readonly batch: Batch;
  readonly loss: Promise<number>;
}

export class Flight {
  /** Why parameters and optimiser do not belong to one step any more; undefined while they do. */
  broken: string | undefined;
  readonly #programs: StepPrograms;
  readonly #recorder: Recorder;
  readonly #schedule: ResolvedOptions['schedule'];
  readonly #checkpoint: () => string;
  readonly #queued: Queued[] = [];

  /** @param checkpoint a sentence about what is in store */
  constructor(
    programs: StepPrograms,
    recorder: Recorder,
    { schedule }: ResolvedOptions,
    checkpoint: () => string,
  ) {
    this.#programs = programs;
    this.#recorder = recorder;
    this.#schedule = schedule;
    this.#checkpoint = checkpoint;
  }

  queue(place: Place, batch: Batch): void {
    const learningRate = this.#schedule(place.step);
    const loss = this.#programs.run(place, learningRate, batch);
    loss.catch(() => {}); // Heard in its turn.
    this.#queued.push({ place, learningRate, batch, loss });
  }

  /**
   * Waits until no more than so many micro-batches have not answered.
   *
   * @param stepDone called after each step
   * @throws DivergedError, what the backend throws, and what `stepDone` throws
   */
  async settle(most: number, stepDone: () => void): Promise<void> {
    while (this.#queued.length > most) {
      const { place, learningRate, batch, loss } = this.#queued.shift()!;
      let answer: number;
      try {
        answer = await loss;
      } catch (error) {
        await this.#giveUp(error);
        throw error;
      }
      if (!Number.isFinite(answer)) {
        const diverged = divergedLoss(place.step + 1, answer, learningRate, batch, this.#checkpoint());
        this.broken = diverged.message;
        throw diverged;
      }
      const mean = this.#recorder.microBatch(answer);
      if (mean === undefined) continue;
      this.#recorder.stepDone(mean);
      stepDone();
    }
  }

  /** Waits for all that is queued, without complaint; afterwards the trainer is between two steps, or broken. */
  async land(): Promise<void> {
    for (;;) {
      try {
        await this.settle(0, () => {});
        break;
      } catch {} // Whatever it is, it was thrown before, or is in `broken`.
    }
    this.#dropPartial();
  }

  /** A run failed: if it was stopped by its host before anything happened, those behind it failed as well. */
  async #giveUp(error: unknown): Promise<void> {
    const others = await Promise.allSettled(this.#queued.splice(0).map(({ loss }) => loss));
    const wentOn = others.some(({ status }) => status === 'fulfilled');
    if (error instanceof EngineError || wentOn) {
      this.broken ??= `A step failed: ${error instanceof Error ? error.message : String(error)}`;
    }
    this.#dropPartial();
  }

  #dropPartial(): void {
    if (this.#recorder.dropPartial() && !this.#programs.isRepeatable) {
      this.broken ??= 'The training was stopped in the middle of a step that cannot be repeated.';
    }
  }
}
