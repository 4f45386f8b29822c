/** Thrown inside a cell that was asked to stop. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor() {
    super('The cell was stopped.');
  }
}

/** A request to stop the running cell, noticed wherever the cell calls the session or the engine. */
export class Interruption {
  #requested = false;
  readonly #sleepers = new Set<() => void>();

  get requested(): boolean {
    return this.#requested;
  }

  /** Asks the running cell to stop; what sleeps wakes up. */
  request(): void {
    this.#requested = true;
    for (const wake of this.#sleepers) {
      wake();
    }
  }

  /** Forgets the request, for the next cell. */
  reset(): void {
    this.#requested = false;
  }

  /** @throws InterruptedError where the cell was asked to stop. */
  check(): void {
    if (this.#requested) {
      throw new InterruptedError();
    }
  }

  /**
   * Resolves after some milliseconds.
   *
   * @throws InterruptedError where the cell is asked to stop meanwhile.
   */
  async sleep(milliseconds: number): Promise<void> {
    this.check();
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, milliseconds));
      this.#sleepers.add(wake);
    });
    this.check();
  }
}
