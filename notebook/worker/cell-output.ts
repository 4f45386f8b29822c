import type { CellEvent } from './protocol.ts';

/** Milliseconds that printed text may wait for more. */
const streamDelay = 40;
/** Characters after which printed text waits no longer. */
const streamBuffer = 32_768;

/** Sends what one run of a cell produces, in the order it was produced, though some of it takes time to make. */
export class CellOutput {
  readonly #onEvent: (event: CellEvent) => unknown;
  readonly #queue: (CellEvent | Promise<CellEvent>)[] = [];
  readonly #answers = new Set<Promise<unknown>>();
  readonly #finishers = new Set<() => void>();
  #text = '';
  #stream: 'stdout' | 'stderr' = 'stdout';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pump: Promise<void> | undefined;

  /** @param onEvent May answer with a promise (the page's acknowledgement), which `finish` awaits. */
  constructor(onEvent: (event: CellEvent) => unknown) {
    this.#onEvent = onEvent;
  }

  /** Prints. Text printed in quick succession is sent together. */
  write(stream: 'stdout' | 'stderr', text: string): void {
    if (stream !== this.#stream) {
      this.#flushText();
      this.#stream = stream;
    }
    this.#text += text;
    if (this.#text.length >= streamBuffer) {
      this.#flushText();
    } else {
      this.#timer ??= setTimeout(() => this.#flushText(), streamDelay);
    }
  }

  /** Sends an event once everything before it is sent. A promise must not reject. */
  send(event: CellEvent | Promise<CellEvent>): void {
    this.#flushText();
    this.#enqueue(event);
  }

  /** Calls back when the cell ends, for what is sent with a delay. */
  beforeEnd(finisher: () => void): void {
    this.#finishers.add(finisher);
  }

  /** Resolves when everything so far has been sent and acknowledged. */
  async finish(): Promise<void> {
    for (const finisher of this.#finishers) {
      finisher();
    }
    this.#finishers.clear();
    this.#flushText();
    await this.#pump;
    await Promise.all(this.#answers);
  }

  #flushText(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#text !== '') {
      const text = this.#text;
      this.#text = '';
      this.#enqueue({ type: 'stream', name: this.#stream, text });
    }
  }

  #enqueue(event: CellEvent | Promise<CellEvent>): void {
    if (!this.#pump && !(event instanceof Promise)) {
      this.#deliver(event);
      return;
    }
    this.#queue.push(event);
    this.#pump ??= this.#drain();
  }

  async #drain(): Promise<void> {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      this.#deliver(await next);
    }
    // In the same turn as the look at the empty queue: nothing can be queued in between and stay there.
    this.#pump = undefined;
  }

  #deliver(event: CellEvent): void {
    // A page that went away answers with an error; the cell need not care.
    const answer = Promise.resolve(this.#onEvent(event)).catch(() => {});
    this.#answers.add(answer);
    void answer.finally(() => this.#answers.delete(answer));
  }
}
