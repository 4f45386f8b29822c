/** Saves after changes: soon, but not more often than the disk should be asked, and when the page is left. */

const quietMs = 300;
const longestMs = 2_000;

export class Autosave {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitingSince = 0;
  #writing: Promise<void> = Promise.resolve();

  /** `save` writes the document as it is at that moment; `onProblem` hears why a write failed, or `undefined`. */
  constructor(
    readonly save: () => Promise<void>,
    readonly onProblem: (problem: string | undefined) => void,
  ) {
    addEventListener('pagehide', () => void this.flush());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') void this.flush();
    });
  }

  changed(): void {
    const now = performance.now();
    if (this.#timer === undefined) this.#waitingSince = now;
    clearTimeout(this.#timer);
    const delay = Math.max(0, Math.min(quietMs, this.#waitingSince + longestMs - now));
    this.#timer = setTimeout(() => void this.flush(), delay);
  }

  /** Writes now what waits. */
  flush(): Promise<void> {
    if (this.#timer === undefined) return this.#writing;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.save().then(
      () => this.onProblem(undefined),
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        this.onProblem(`The browser could not keep your changes (${reason}): save the notebook to a file.`);
      },
    );
    return this.#writing;
  }
}
