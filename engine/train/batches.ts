/** Batches, each prepared while the GPU computes the one before. */
import { InputError } from '../errors.ts';
import type { Batch, TrainerOptions } from './options.ts';
import type { Place } from './step-programs.ts';

export class Batches {
  readonly #make: TrainerOptions['batch'];
  #next: { readonly place: Place; readonly batch: Promise<Batch> } | undefined;

  constructor(make: TrainerOptions['batch']) {
    this.#make = make;
  }

  /** @throws InputError where there are no inputs; what the function that makes them throws */
  async take(place: Place): Promise<Batch> {
    const next = this.#next;
    this.#next = undefined;
    const isIt = next?.place.step === place.step && next.place.microBatch === place.microBatch;
    return isIt ? next.batch : this.#prepare(place);
  }

  /** Begins with a batch that will be taken next. */
  ahead(place: Place): void {
    const batch = this.#prepare(place);
    batch.catch(() => {}); // Heard when it is taken, if it is.
    this.#next = { place, batch };
  }

  async #prepare({ step, microBatch }: Place): Promise<Batch> {
    const batch: unknown = await this.#make(step, microBatch);
    if (typeof batch !== 'object' || batch === null) {
      throw new InputError(
        `batch(${step}, ${microBatch}) must return the inputs of the graph by name, but it returned ${String(batch)}.`,
      );
    }
    return batch as Batch;
  }
}
