/** Runs cells one after the other and keeps their variables, their outputs apart and their errors readable. */
import { createCellNames } from './cell-names.ts';
import { CellOutput } from './cell-output.ts';
import { bundleEvent, DisplayHandle } from './display.ts';
import type { EngineHost, OpenEngine } from './engine-host.ts';
import { evaluateCell } from './evaluate.ts';
import { InterruptedError, Interruption } from './interruption.ts';
import { createServices } from './modules.ts';
import { Progress } from './progress.ts';
import type {
  CellEvent,
  EngineStatus,
  ExecuteReply,
  ExecuteRequest,
  InputValue,
  Session,
} from './protocol.ts';
import { createScope, type NotebookScope } from './scope.ts';
import { type CellRun, type DescribedError, describeError, sourceUrl } from './traceback.ts';
import { type CellServices, transformCell } from './transform.ts';

/** One run of a cell and where its output goes. */
interface RunningCell extends CellRun {
  output: CellOutput;
  inputs: Record<string, InputValue>;
  failed: boolean;
}

/** What the worker exposes to the page. */
export class WorkerSession implements Session {
  readonly #host: EngineHost;
  readonly #interruption = new Interruption();
  readonly #runs = new Map<number, CellRun>();
  readonly #offered: Record<string, unknown>;
  readonly #scope: NotebookScope;
  readonly #services: CellServices;
  #engine: OpenEngine | undefined;
  /** The running cell, or the last one: what comes late is shown there. */
  #cell: RunningCell | undefined;
  #running = false;
  #queue: Promise<unknown> = Promise.resolve();
  #generation = 0;
  #executionCount = 0;

  constructor(host: EngineHost) {
    this.#host = host;
    const names = createCellNames({
      output: () => this.#output(),
      inputValue: (label) => this.#cell?.inputs[label],
      interruption: this.#interruption,
      describe: (thrown) => this.#fail(thrown),
      decodePhoto: (file, name) => host.decodePhoto(file, name),
    });
    this.#offered = { ...names };
    this.#scope = createScope(this.#offered);
    this.#services = createServices(host.modules, this.#scope);
  }

  async start({ backend }: { backend: EngineStatus['backend'] }): Promise<EngineStatus> {
    const engine = await this.#host.open(backend, () => this.#interruption.check());
    this.#engine?.backend.dispose();
    this.#engine = engine;
    this.#offered.backend = engine.backend;
    return engine.status;
  }

  execute(request: ExecuteRequest, onEvent: (event: CellEvent) => unknown): Promise<ExecuteReply> {
    const generation = this.#generation;
    const reply = this.#queue.then(() =>
      generation === this.#generation ? this.#run(request, onEvent) : this.#cancelled(),
    );
    // One run that broke must not take the later ones with it.
    this.#queue = reply.catch(() => {});
    return reply;
  }

  /** Stops the running cell where it can be stopped, and cancels those that wait. */
  async interrupt(): Promise<void> {
    this.#generation++;
    if (this.#running) {
      this.#interruption.request();
    }
  }

  /** Shows an error that no cell could catch (of a timer, of a promise that nobody awaited). */
  reportUncaught(thrown: unknown): void {
    if (this.#cell) {
      this.#cell.output.send({ type: 'error', ...this.#fail(thrown) });
    } else {
      console.error(thrown);
    }
  }

  #cancelled(): ExecuteReply {
    return { status: 'interrupted', executionCount: this.#executionCount, durationMs: 0 };
  }

  async #run(request: ExecuteRequest, onEvent: (event: CellEvent) => unknown): Promise<ExecuteReply> {
    const started = performance.now();
    const executionCount = ++this.#executionCount;
    const cell: RunningCell = {
      run: executionCount,
      cellNumber: request.cellNumber,
      source: request.source,
      inputs: request.inputs,
      output: new CellOutput(onEvent),
      failed: false,
    };
    this.#cell = cell;
    this.#runs.set(cell.run, { run: cell.run, cellNumber: cell.cellNumber, source: cell.source });
    this.#running = true;
    let status: ExecuteReply['status'] = 'ok';
    try {
      await this.#evaluate(cell);
      await eventLoopTurn();
    } catch (error) {
      status = error instanceof InterruptedError ? 'interrupted' : 'error';
      cell.output.send({ type: 'error', ...this.#describe(error) });
    } finally {
      await cell.output.finish();
      this.#running = false;
      this.#interruption.reset();
    }
    const failed = cell.failed && status === 'ok';
    return { status: failed ? 'error' : status, executionCount, durationMs: performance.now() - started };
  }

  async #evaluate(cell: RunningCell): Promise<void> {
    const transformed = transformCell(cell.source, {
      sourceUrl: sourceUrl(cell),
      isVariable: (name) => Object.hasOwn(this.#scope, name),
    });
    const value = await evaluateCell(transformed, this.#scope, this.#services);
    this.#interruption.check();
    if (value !== undefined && !(value instanceof DisplayHandle || value instanceof Progress)) {
      const describe = (thrown: unknown) => this.#fail(thrown);
      cell.output.send(bundleEvent(value, (data) => ({ type: 'result', data, metadata: {} }), describe));
    }
  }

  #output(): CellOutput {
    if (!this.#cell) {
      throw new Error('No cell has run yet.');
    }
    return this.#cell.output;
  }

  /** An error beside the cell's own course, which makes it fail all the same. */
  #fail(thrown: unknown): DescribedError {
    if (this.#cell) {
      this.#cell.failed = true;
    }
    return this.#describe(thrown);
  }

  #describe(thrown: unknown): DescribedError {
    const cell = this.#cell ?? { run: 0, cellNumber: 0, source: '' };
    return describeError(thrown, cell, (run) => this.#runs.get(run));
  }
}

/** Lets the promises that the cell left rejected be noticed while it still counts as running. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
