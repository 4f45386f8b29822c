/** Runs cells one after the other and keeps their variables, their outputs apart and their errors readable. */
import { createCellNames } from './cell-names.ts';
import { CellOutput } from './cell-output.ts';
import { bundleEvent, DisplayHandle } from './display.ts';
import type { EngineHost, OpenEngine } from './engine-host.ts';
import { evaluateCell } from './evaluate.ts';
import { InterruptedError, Interruption } from './interruption.ts';
import { KernelBench } from './kernels/bench.ts';
import { noProgramLab } from './kernels/lab.ts';
import type { DeviceLoss, KernelName, ProgramKernels } from './kernels/protocol.ts';
import { kernelReportBundle } from './mime/kernel-report.ts';
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
  cellId: string;
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
  readonly #bench: KernelBench;
  /** Which cell made a variable. */
  readonly #makers = new Map<string, string>();
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
      bench: () => this.#bench,
    });
    this.#offered = { ...names };
    this.#scope = createScope(this.#offered);
    this.#bench = new KernelBench(host.kernels ?? noProgramLab, this.#scope);
    this.#services = createServices(host.modules, this.#scope);
  }

  async start({ backend }: { backend: EngineStatus['backend'] }): Promise<EngineStatus> {
    const engine = await this.#host.open(backend, () => this.#interruption.check());
    this.#engine?.backend.dispose();
    this.#engine = engine;
    this.#offered.backend = engine.backend;
    return engine.status;
  }

  async lost(): Promise<DeviceLoss> {
    const engine = this.#engine;
    const message = await (engine?.lost ?? new Promise<never>(() => {}));
    // An engine that was replaced was closed on purpose.
    if (engine !== this.#engine) return new Promise<never>(() => {});
    this.#bench.forget();
    const variables = this.#bench.variablesOnDevice();
    return { message, variables: variables.map((name) => ({ name, cellId: this.#makers.get(name) })) };
  }

  execute(request: ExecuteRequest, onEvent: (event: CellEvent) => unknown): Promise<ExecuteReply> {
    const generation = this.#generation;
    return this.#enqueue(() =>
      generation === this.#generation ? this.#run(request, onEvent) : this.#cancelled(),
    );
  }

  async kernels(): Promise<ProgramKernels[]> {
    return this.#bench.list();
  }

  async originalKernel(name: KernelName): Promise<string> {
    return this.#bench.original(name);
  }

  swapKernel(source: string): Promise<KernelName[]> {
    return this.#enqueue(async () => {
      await this.#bench.swap(source);
      return this.#bench.swapped();
    });
  }

  restoreKernel(name: KernelName): Promise<KernelName[]> {
    return this.#enqueue(async () => {
      await this.#bench.restore(name);
      return this.#bench.swapped();
    });
  }

  #enqueue<Reply>(work: () => Reply | Promise<Reply>): Promise<Reply> {
    const reply = this.#queue.then(work);
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
    const swapped = this.#bench.swapped();
    return { status: 'interrupted', executionCount: this.#executionCount, durationMs: 0, swapped };
  }

  async #run(request: ExecuteRequest, onEvent: (event: CellEvent) => unknown): Promise<ExecuteReply> {
    const started = performance.now();
    const executionCount = ++this.#executionCount;
    const cell: RunningCell = {
      run: executionCount,
      cellId: request.cellId,
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
      if (request.language === 'wgsl') await this.#testKernel(cell);
      else await this.#evaluate(cell);
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
    return {
      status: failed ? 'error' : status,
      executionCount,
      durationMs: performance.now() - started,
      swapped: this.#bench.swapped(),
    };
  }

  /** Runs a WGSL cell: its kernel goes to the lab. A verdict that the cell does not expect makes it fail. */
  async #testKernel(cell: RunningCell): Promise<void> {
    const data = await this.#bench.test(cell.source, (stage) => {
      this.#interruption.check();
      cell.output.send({ type: 'stage', text: stage });
    });
    this.#interruption.check();
    cell.output.send({ type: 'result', data: kernelReportBundle(data), metadata: {} });
    if (data.subject?.expected) cell.failed = true;
  }

  async #evaluate(cell: RunningCell): Promise<void> {
    const transformed = transformCell(cell.source, {
      sourceUrl: sourceUrl(cell),
      isVariable: (name) => Object.hasOwn(this.#scope, name),
    });
    for (const name of transformed.declared) this.#makers.set(name, cell.cellId);
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
