import type { MimeBundle } from '../document/nbformat.ts';
import { mimeTypes, type ProgressData } from './protocol.ts';

/** Milliseconds between two updates of one bar. */
const updateInterval = 100;

/** A progress bar in a cell's output. */
export interface ProgressHandle {
  /** Steps done, 0 … total. */
  value: number;
  readonly total: number;
  label: string;
  /** Adds steps (default 1). */
  advance(steps?: number): void;
}

export interface ProgressOptions {
  total: number;
  label: string;
  /** Sends the bar's present state. */
  send(bundle: MimeBundle): void;
  /** Called at every change; may throw to stop the cell. */
  check(): void;
}

/**
 * A bar that shows itself about ten times a second while it moves, and always in its last state.
 *
 * @throws RangeError where the total is no positive number.
 */
export class Progress implements ProgressHandle {
  readonly total: number;
  readonly #options: ProgressOptions;
  readonly #started = performance.now();
  #value = 0;
  #label: string;
  #sentAt = this.#started;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ProgressOptions) {
    if (!(options.total >= 0) || !Number.isFinite(options.total)) {
      throw new RangeError(
        `progress: the total must be a number of steps, 0 or more, but it is ${options.total}.`,
      );
    }
    this.#options = options;
    this.total = options.total;
    this.#label = options.label;
  }

  get value(): number {
    return this.#value;
  }

  set value(value: number) {
    this.#value = Math.min(Math.max(Number(value) || 0, 0), this.total);
    this.#changed();
  }

  get label(): string {
    return this.#label;
  }

  set label(label: string) {
    this.#label = label;
    this.#changed();
  }

  advance(steps = 1): void {
    this.value += steps;
  }

  /** Sends a state that still waits. */
  flush(): void {
    if (this.#timer !== undefined) {
      this.#send();
    }
  }

  /** The bar as it stands. */
  bundle(): MimeBundle {
    const data: ProgressData = {
      label: this.#label,
      value: this.#value,
      total: this.total,
      elapsedMs: Math.round(performance.now() - this.#started),
    };
    return { [mimeTypes.progress]: { ...data }, [mimeTypes.plain]: progressText(data) };
  }

  #changed(): void {
    const wait = this.#sentAt + updateInterval - performance.now();
    if (wait <= 0 || this.#value >= this.total) {
      this.#send();
    } else {
      this.#timer ??= setTimeout(() => this.#send(), wait);
    }
    this.#options.check();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sentAt = performance.now();
    this.#options.send(this.bundle());
  }
}

/** `Photos: 3 of 10 (30 %), 1.2 s`. */
export function progressText({ label, value, total, elapsedMs }: ProgressData): string {
  const percent = total === 0 ? 100 : Math.floor((value / total) * 100);
  const head = label === '' ? '' : `${label}: `;
  return `${head}${value} of ${total} (${percent} %), ${(elapsedMs / 1000).toFixed(1)} s`;
}
