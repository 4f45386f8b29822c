/** Runs cells one after the other, stops them, and keeps their states true. */
import type { CellEvent, ExecuteReply, ExecuteRequest } from '../worker/protocol.ts';
import type { CellModel } from './cell-model.ts';
import { type Connection, WorkerEndedError } from './connection.ts';
import { formatDuration } from './duration.ts';
import { spokenVerdict } from './kernel-results.ts';
import type { NotebookModel } from './notebook-model.ts';
import { Observable } from './observable.ts';

/** Milliseconds that a cell has to stop by itself before its worker is ended. */
export const stopGraceMs = 2_000;

interface Entry {
  cell: CellModel;
  settle(ok: boolean): void;
}

export class Runner extends Observable {
  /** Called with every event of every cell, after the cell has taken it. */
  onCellEvent: (cellId: string, event: CellEvent) => void = () => {};
  /** Called after a cell has run to its end. */
  onReply: (cell: CellModel, request: ExecuteRequest, reply: ExecuteReply) => void = () => {};
  /** Says to the person (and to a screen reader) what happened. */
  onAnnounce: (sentence: string) => void = () => {};

  /** Says to the person why a cell was not even begun. */
  onRefused: (sentence: string) => void = () => {};

  readonly #queue: Entry[] = [];
  #running: CellModel | undefined;
  #pumping = false;
  #stopTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly notebook: NotebookModel,
    readonly connection: Connection,
  ) {
    super();
    connection.onStrayError = (message) => {
      const cell = this.#running ?? notebook.selected;
      if (cell) this.#deliver(cell, { type: 'stream', name: 'stderr', text: `Uncaught: ${message}\n` });
    };
  }

  get busy(): boolean {
    return this.#running !== undefined || this.#queue.length > 0;
  }

  /** Puts code cells in the queue. Resolves to whether all of them ran without error; one error ends the queue. */
  async run(cells: readonly CellModel[]): Promise<boolean> {
    const results = cells.filter((cell) => cell.type === 'code').map((cell) => this.#enqueue(cell));
    void this.#pump();
    return (await Promise.all(results)).every(Boolean);
  }

  /** Runs cells anew after a control was changed: what still waits gives way to them. */
  runAgain(cells: readonly CellModel[]): Promise<boolean> {
    this.#dropQueue();
    return this.run(cells);
  }

  #enqueue(cell: CellModel): Promise<boolean> {
    const waiting = this.#queue.some((entry) => entry.cell === cell);
    return new Promise((resolve) => {
      this.#queue.push({ cell, settle: resolve });
      if (!waiting && cell !== this.#running) {
        cell.status = 'queued';
        cell.changed();
      }
      this.changed();
    });
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let entry = this.#queue.shift(); entry; entry = this.#queue.shift()) {
        const ok = await this.#runOne(entry.cell);
        entry.settle(ok);
        if (!ok) this.#dropQueue();
      }
    } finally {
      this.#pumping = false;
      this.changed();
    }
  }

  async #runOne(cell: CellModel): Promise<boolean> {
    const { connection, notebook } = this;
    const cellNumber = notebook.codeCellNumber(cell);
    if (cellNumber === 0) {
      // Deleted or made text while it waited; it may come back.
      cell.status = 'idle';
      cell.changed();
      return true;
    }
    this.#running = cell;
    this.changed();
    const label = `Cell ${cellNumber}`;
    try {
      await connection.start();
      if (this.#stopTimer !== undefined) {
        // Stopped while the engine was opened.
        cell.status = 'idle';
        cell.changed();
        return false;
      }
      cell.begin(connection.backend);
      const { id: cellId, source, language, inputs } = cell;
      const request = { cellId, source, language, cellNumber, inputs };
      const reply = await connection.execute(request, (event) => this.#deliver(cell, event));
      const status = reply.status === 'ok' ? 'done' : reply.status === 'error' ? 'failed' : 'interrupted';
      cell.finish(status, reply.executionCount, reply.durationMs);
      this.onReply(cell, request, reply);
      const verdict = cell.kind === 'wgsl' ? spokenVerdict(cell.outputs) : '';
      this.onAnnounce(`${label} ${describe(status)} ${formatDuration(reply.durationMs)}. ${verdict}`.trim());
      return reply.status === 'ok';
    } catch (error) {
      this.#fail(cell, label, error);
      return false;
    } finally {
      clearTimeout(this.#stopTimer);
      this.#stopTimer = undefined;
      this.#running = undefined;
      if (!this.#queue.length) this.changed();
    }
  }

  #fail(cell: CellModel, label: string, error: unknown): void {
    if (cell.status !== 'running') {
      // The engine did not start: the banner says why, and the cell keeps the outputs that it has.
      cell.status = 'idle';
      cell.changed();
      this.onRefused(`${label} did not run: ${message(error)}`);
      return;
    }
    if (this.connection.state === 'lost') {
      // The cell shows the error that told of the loss, and the banner says the rest.
      cell.finish('failed', null, performance.now() - cell.startedAt);
      this.onAnnounce(`${label} failed. ${message(error)}`);
      return;
    }
    const ended = error instanceof WorkerEndedError;
    this.#deliver(cell, {
      type: 'error',
      name: ended ? 'Stopped' : 'PageError',
      message: message(error),
      traceback: [],
    });
    cell.finish(ended ? 'interrupted' : 'failed', null, performance.now() - cell.startedAt);
    this.onAnnounce(`${label} ${ended ? 'was stopped' : 'failed'}. ${message(error)}`);
  }

  #deliver(cell: CellModel, event: CellEvent): void {
    if (event.type === 'update') {
      for (const other of this.notebook.cells) other.receive(event);
    } else {
      cell.receive(event);
    }
    this.onCellEvent(cell.id, event);
  }

  #dropQueue(): void {
    for (const { cell, settle } of this.#queue.splice(0)) {
      if (cell.status === 'queued') {
        cell.status = 'idle';
        cell.changed();
      }
      settle(false);
    }
    this.changed();
  }

  /** Stops the running cell and forgets the waiting ones. After `stopGraceMs` the worker is ended and replaced. */
  stop(): void {
    this.#dropQueue();
    if (!this.#running || this.#stopTimer !== undefined) return;
    this.connection.interrupt();
    this.onAnnounce('Stopping.');
    this.#stopTimer = setTimeout(() => {
      this.#stopTimer = undefined;
      this.connection.end(
        'The cell did not stop by itself, so its worker was ended and replaced: variables lost.',
      );
      void this.connection.start().catch(() => {});
    }, stopGraceMs);
  }

  /** Ends the worker and starts a new one; the document keeps its outputs. */
  async restart(): Promise<void> {
    this.#dropQueue();
    this.connection.end('The worker was restarted: variables lost.');
    for (const cell of this.notebook.cells) {
      // The running cell is told by its own rejected promise.
      if (cell.status === 'idle' || cell.status === 'running') continue;
      cell.status = 'idle';
      cell.changed();
    }
    await this.connection.start();
    this.onAnnounce('Restarted. Variables of earlier runs are gone.');
  }
}

function describe(status: 'done' | 'failed' | 'interrupted'): string {
  if (status === 'done') return 'done in';
  return status === 'failed' ? 'failed after' : 'stopped after';
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
