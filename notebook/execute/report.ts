/** What cells show, as text for a terminal. */

/** The part of a cell's event that a terminal shows. */
export interface TextEvent {
  cellId: string;
  type: 'stream' | 'display' | 'update' | 'result' | 'error';
  text: string;
  /** For a progress bar, the share that is done, 0 … 1. */
  done?: number;
}

/** Where a report is written. */
export interface Terminal {
  write(text: string): unknown;
  /** Whether lines can be replaced. */
  isTTY?: boolean;
}

/** Prints the outputs of cells under a heading for each cell. */
export class Report {
  readonly #terminal: Terminal;
  readonly #headings: ReadonlyMap<string, string>;
  #cellId: string | undefined;
  #atLineStart = true;
  #progressShown = false;

  /** @param headings What to print above a cell's output, by cell id. */
  constructor(terminal: Terminal, headings: ReadonlyMap<string, string>) {
    this.#terminal = terminal;
    this.#headings = headings;
  }

  show(event: TextEvent): void {
    if (event.done !== undefined) {
      this.#showProgress(event, event.done);
      return;
    }
    // What an update replaces was printed already; only progress is worth following here.
    if (event.type === 'update') {
      return;
    }
    this.#heading(event.cellId);
    if (event.type === 'stream') {
      this.#write(event.text);
    } else {
      this.#startLine();
      this.#write(`${event.text}\n`);
    }
  }

  /** Ends the last line. */
  finish(): void {
    this.#startLine();
  }

  #showProgress(event: TextEvent, done: number): void {
    if (this.#terminal.isTTY) {
      this.#heading(event.cellId);
      if (!this.#progressShown) {
        this.#startLine();
      }
      this.#write(`\r\x1b[K${event.text}`);
      this.#progressShown = true;
    }
    if (done >= 1) {
      if (!this.#terminal.isTTY) {
        this.#heading(event.cellId);
        this.#startLine();
        this.#write(event.text);
      }
      this.#progressShown = false;
      this.#write('\n');
    }
  }

  #heading(cellId: string): void {
    if (cellId !== this.#cellId) {
      this.#cellId = cellId;
      this.#startLine();
      this.#write(`\n${this.#headings.get(cellId) ?? cellId}\n`);
    }
  }

  #startLine(): void {
    if (!this.#atLineStart) {
      this.#write('\n');
      this.#progressShown = false;
    }
  }

  #write(text: string): void {
    if (text !== '') {
      this.#terminal.write(text);
      this.#atLineStart = text.endsWith('\n');
    }
  }
}
