/** How far an extraction is. */
export interface ExtractionProgress {
  /** Photos that are through, damaged and restored ones included. */
  readonly done: number;
  readonly total: number;
  /** Photos whose features an earlier, interrupted call has stored. */
  readonly restored: number;
  /** Photos that could not be read. */
  readonly damaged: number;
  /** Of this call; 0 before the first batch. */
  readonly photosPerSecond: number;
  /** Undefined before the first batch. */
  readonly remainingSeconds: number | undefined;
}

/** Counts photos and tells. */
export class ProgressCount {
  readonly #total: number;
  readonly #tell: ((progress: ExtractionProgress) => void) | undefined;
  readonly #started = performance.now();
  #computed = 0;
  #damaged = 0;
  #restored = 0;

  constructor(total: number, tell: ((progress: ExtractionProgress) => void) | undefined) {
    this.#total = total;
    this.#tell = tell;
  }

  get restored(): number {
    return this.#restored;
  }

  /** Photos that an earlier call has stored, damaged ones included. */
  restore(photos: number, damaged: number): void {
    this.#restored += photos;
    this.#damaged += damaged;
    this.#report();
  }

  /** Photos that this call has computed, damaged ones included. */
  advance(photos: number, damaged: number): void {
    this.#computed += photos;
    this.#damaged += damaged;
    this.#report();
  }

  #report(): void {
    const done = this.#restored + this.#computed;
    const photosPerSecond = (1000 * this.#computed) / (performance.now() - this.#started) || 0;
    this.#tell?.({
      done,
      total: this.#total,
      restored: this.#restored,
      damaged: this.#damaged,
      photosPerSecond,
      remainingSeconds: photosPerSecond > 0 ? (this.#total - done) / photosPerSecond : undefined,
    });
  }
}
