import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CellModel } from '../../notebook/state/cell-model.ts';
import { Connection } from '../../notebook/state/connection.ts';
import { NotebookModel } from '../../notebook/state/notebook-model.ts';
import { Runner } from '../../notebook/state/runner.ts';

/** A worker whose engine opens when the test says so. It answers calls as Comlink does. */
class PretendedWorker extends EventTarget {
  static made: PretendedWorker[] = [];
  ended = false;
  /** Names of the methods that were called. */
  readonly calls: string[] = [];
  readonly #open: string[] = [];

  constructor() {
    super();
    PretendedWorker.made.push(this);
  }

  start(): void {}

  postMessage({ id, path }: { id: string; path?: string[] }): void {
    // Comlink lets go of a proxy that was garbage-collected, whenever that is: a message without a path, and no call.
    if (!path) return;
    this.calls.push(path.join('.'));
    this.#open.push(id);
  }

  /** Answers every call that waits. */
  answer(value: unknown): void {
    for (const id of this.#open.splice(0)) {
      this.dispatchEvent(new MessageEvent('message', { data: { id, type: 'RAW', value } }));
    }
  }

  terminate(): void {
    this.ended = true;
  }
}

const engine = { backend: 'webgpu', description: 'pretended', details: {} };

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}

beforeEach(() => {
  PretendedWorker.made = [];
  vi.stubGlobal('Worker', PretendedWorker);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('connection', () => {
  it('has one worker, though it was ended and started anew while it started', async () => {
    const connection = new Connection();
    const first = connection.start().catch((error: Error) => error.name);
    connection.end('The worker was restarted.');
    const second = connection.start();
    expect(await first).toBe('WorkerEndedError');
    await settled();
    const third = connection.start();
    const workers = PretendedWorker.made;
    expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
    workers[1]!.answer(engine);
    await Promise.all([second, third]);
    expect(connection.state).toBe('ready');
  });
});

describe('runner', () => {
  function notebookOf(source: string) {
    const notebook = new NotebookModel();
    const cell = notebook.insert(0, Object.assign(CellModel.empty('code'), { source }));
    return { notebook, cell, runner: new Runner(notebook, new Connection()) };
  }

  it('does not begin a cell that was stopped while the engine was opened', async () => {
    const { cell, runner } = notebookOf('1');
    const run = runner.run([cell]);
    await settled();
    runner.stop();
    PretendedWorker.made[0]!.answer(engine);
    expect(await run).toBe(false);
    expect(cell.status).toBe('idle');
    expect(PretendedWorker.made[0]!.calls).not.toContain('execute');
    expect(runner.busy).toBe(false);
  });

  it('leaves no cell queued that was deleted while it waited', async () => {
    const { notebook, cell, runner } = notebookOf('1');
    const second = notebook.insert(1, CellModel.empty('code'));
    const run = runner.run([cell, second]);
    notebook.deleteSelected();
    await settled();
    PretendedWorker.made[0]!.answer(engine);
    await settled();
    PretendedWorker.made[0]!.answer({ status: 'ok', executionCount: 1, durationMs: 1 });
    expect(await run).toBe(true);
    notebook.undoDelete();
    expect(second.status).toBe('idle');
  });
});
