import type { TrainingProgress } from '../../engine/train/history.ts';
import type { MimeBundle } from '../document/nbformat.ts';
import { trainingData } from '../training/data.ts';
import { finalTrainingBundle, trainingBundle } from './mime/training.ts';

/** Milliseconds between two updates. */
const updateInterval = 250;

export interface TrainingProgressOptions {
  readonly label: string;
  /** Shows the training for the first time. */
  draw(bundle: MimeBundle): void;
  /** Replaces what is shown. */
  send(bundle: MimeBundle | Promise<MimeBundle>): void;
  /** Called after every step; may throw to stop the training. */
  check(): void;
}

/** Shows a training while it runs, about four times a second, and what stays of it when it has ended. */
export class TrainingProgressDisplay {
  readonly #options: TrainingProgressOptions;
  #last: TrainingProgress | undefined;
  #sentAt = 0;
  #isOver = false;

  constructor(options: TrainingProgressOptions) {
    this.#options = options;
  }

  /** What `trainer.run` takes as `onProgress`. */
  update(progress: TrainingProgress): void {
    const { label, draw, send, check } = this.#options;
    const now = performance.now();
    this.#isOver = progress.history.ended !== undefined;
    if (!this.#last) {
      draw(trainingBundle(trainingData(label, progress, false)));
      this.#sentAt = now;
    }
    this.#last = progress;
    if (this.#isOver) send(finalTrainingBundle(trainingData(label, progress, true)));
    else if (now - this.#sentAt >= updateInterval) {
      send(trainingBundle(trainingData(label, progress, false)));
      this.#sentAt = now;
    }
    check();
  }

  /** The cell has ended; a training that has not is shown as stopped. */
  finish(): void {
    if (!this.#last || this.#isOver) return;
    this.#isOver = true;
    const { label, send } = this.#options;
    send(finalTrainingBundle(trainingData(label, this.#last, true)));
  }
}
