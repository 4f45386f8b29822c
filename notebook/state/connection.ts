/** The page's end of the line to the worker that hosts the engine and runs the cells. */
import { proxy, type Remote, wrap } from 'comlink';
import type { DeviceLoss, KernelName, ProgramKernels } from '../worker/kernels/protocol.ts';
import type { CellEvent, EngineStatus, ExecuteReply, ExecuteRequest, Session } from '../worker/protocol.ts';
import { Observable } from './observable.ts';

export type Backend = EngineStatus['backend'];

/**
 * - `off`: no worker yet; `starting`: the engine is being opened; `ready`: it answers
 * - `unavailable`: the engine refused to start (no WebGPU); `lost`: the worker or the GPU device is gone
 */
export type ConnectionState = 'off' | 'starting' | 'ready' | 'unavailable' | 'lost';

/** The worker was ended while it ran the cell: by Stop, Restart, or because it broke. */
export class WorkerEndedError extends Error {
  override name = 'WorkerEndedError';
}

/** Milliseconds within which a living worker that runs nothing answers. */
const answerMs = 5_000;

/** Milliseconds before each attempt to open the GPU again: after a crash it needs a while. */
const reopenAfterMs = [0, 500, 1_000, 2_000, 4_000];

export class Connection extends Observable {
  state: ConnectionState = 'off';
  backend: Backend = 'webgpu';
  engine: EngineStatus | undefined;
  /** Why the state is `unavailable` or `lost`: one sentence. */
  problem = '';
  /** Whether a cell ran in this worker, so that ending it loses variables. */
  used = false;
  /** The device went away and another was opened: what that cost, until the person has taken note. */
  loss: DeviceLoss | undefined;
  /** Called with errors that no cell could catch, for example those of timers. */
  onStrayError: (message: string) => void = () => {};

  #worker: Worker | undefined;
  #session: Remote<Session> | undefined;
  #starting: Promise<void> | undefined;
  #endings = new Set<(reason: Error) => void>();
  #executing = false;

  /** Opens the engine unless it is open. Rejects with one sentence when it cannot be opened. */
  start(): Promise<void> {
    if (this.state === 'ready') return Promise.resolve();
    if (this.#starting) return this.#starting;
    const starting = this.#open().finally(() => {
      // A start that was given up ends after its successor has begun.
      if (this.#starting === starting) this.#starting = undefined;
    });
    this.#starting = starting;
    return starting;
  }

  async #open(): Promise<void> {
    this.#set('starting');
    const worker = new Worker(new URL('../worker/main.ts', import.meta.url), {
      type: 'module',
      name: 'warpbook',
    });
    this.#worker = worker;
    const session = wrap<Session>(worker);
    this.#session = session;
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      void this.#onWorkerError(worker, event.message);
    });
    try {
      const engine = await this.#untilEnded(session.start({ backend: this.backend }));
      if (worker !== this.#worker) throw new WorkerEndedError('The worker was restarted.');
      this.engine = engine;
      this.#set('ready');
      void this.#watchDevice(worker, session);
    } catch (error) {
      if (worker === this.#worker && !(error instanceof WorkerEndedError)) {
        this.#discard(error instanceof Error ? error : new Error(String(error)));
        this.#set('unavailable', error instanceof Error ? error.message : String(error));
      }
      throw error;
    }
  }

  /** Opens the GPU again in the same worker when its device is gone: only what was on the device is lost. */
  async #watchDevice(worker: Worker, session: Remote<Session>): Promise<void> {
    const loss = await session.lost();
    if (worker !== this.#worker) return;
    const reopening = this.#reopen(worker, session, loss).finally(() => {
      if (this.#starting === reopening) this.#starting = undefined;
    });
    this.#starting = reopening;
    reopening.catch(() => {});
  }

  async #reopen(worker: Worker, session: Remote<Session>, loss: DeviceLoss): Promise<void> {
    this.#set('starting');
    let problem: unknown;
    for (const wait of reopenAfterMs) {
      await this.#untilEnded(new Promise((resolve) => setTimeout(resolve, wait)));
      try {
        const engine = await this.#untilEnded(session.start({ backend: this.backend }));
        this.engine = engine;
        this.loss = loss;
        this.#set('ready');
        void this.#watchDevice(worker, session);
        return;
      } catch (error) {
        if (worker !== this.#worker) throw error;
        problem = error;
      }
    }
    this.lose(
      `The GPU device was lost, and no other could be opened: ${problem instanceof Error ? problem.message : problem}`,
    );
    throw problem;
  }

  /** The person has taken note of the loss. */
  dismissLoss(): void {
    this.loss = undefined;
    this.changed();
  }

  /** The variables that hold compiled programs; none before anything ran. */
  kernels(): Promise<ProgramKernels[]> {
    return this.#session ? this.#untilEnded(this.#session.kernels()) : Promise.resolve([]);
  }

  /** The WGSL with which a kernel was compiled. */
  originalKernel(name: KernelName): Promise<string> {
    return this.#ask((session) => session.originalKernel(name));
  }

  /** Puts the kernel of a WGSL cell's source into its program. Resolves to all kernels that are swapped. */
  swapKernel(source: string): Promise<KernelName[]> {
    return this.#ask((session) => session.swapKernel(source));
  }

  restoreKernel(name: KernelName): Promise<KernelName[]> {
    return this.#ask((session) => session.restoreKernel(name));
  }

  async #ask<Reply>(question: (session: Remote<Session>) => Promise<Reply>): Promise<Reply> {
    if (!this.#session)
      throw new WorkerEndedError('Nothing has run yet: run the cell that compiles the program first.');
    return this.#untilEnded(question(this.#session));
  }

  /** Runs one cell. Rejects with `WorkerEndedError` when the worker ends before the cell does. */
  async execute(request: ExecuteRequest, onEvent: (event: CellEvent) => void): Promise<ExecuteReply> {
    await this.start();
    if (!this.#session) throw new WorkerEndedError('The worker is gone.');
    const worker = this.#worker;
    this.used = true;
    this.#executing = true;
    try {
      // Events of a worker that was replaced come too late to count.
      const listen = (event: CellEvent) => {
        if (worker === this.#worker) onEvent(event);
      };
      return await this.#untilEnded(this.#session.execute(request, proxy(listen)));
    } finally {
      this.#executing = false;
    }
  }

  /** Asks the running cell to stop. Returns at once: a cell in an endless loop never answers. */
  interrupt(): void {
    this.#session?.interrupt().catch(() => {});
  }

  /** Ends the worker; whatever ran in it rejects. The next start makes a new one. */
  end(reason: string): void {
    this.#discard(new WorkerEndedError(reason));
    this.#set('off');
  }

  /** The page knows already that there is no WebGPU: no worker is started for it. */
  refuse(problem: string): void {
    this.#set('unavailable', problem);
  }

  /** The worker or its GPU device is gone; what is left is ended, and the page says so. */
  lose(problem: string): void {
    this.#discard(new WorkerEndedError(problem));
    this.#set('lost', problem);
  }

  #discard(reason: Error): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#session = undefined;
    this.#starting = undefined;
    this.engine = undefined;
    this.loss = undefined;
    this.used = false;
    const endings = [...this.#endings];
    this.#endings.clear();
    for (const end of endings) end(reason);
  }

  /** Comlink's promises never settle once the worker is terminated: this one rejects then. */
  #untilEnded<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#endings.add(reject);
      promise.then(resolve, reject).finally(() => this.#endings.delete(reject));
    });
  }

  /** An error event means a script that did not load, an error that nobody caught, or a worker that died. */
  async #onWorkerError(worker: Worker, message: string | undefined): Promise<void> {
    if (worker !== this.#worker) return;
    if (this.state === 'starting') {
      this.lose(`The worker could not be started${message ? ` (${message})` : ''}.`);
      return;
    }
    if (message) this.onStrayError(message);
    // A worker that is busy with a cell may rightly be silent; Stop deals with that one.
    if (this.#executing || !this.#session) return;
    const answered = await Promise.race([
      this.#session.interrupt().then(
        () => true,
        () => true,
      ),
      new Promise<boolean>((resolve) => setTimeout(() => resolve(false), answerMs)),
    ]);
    if (!answered && worker === this.#worker) this.lose('The worker that runs the cells has crashed.');
  }

  #set(state: ConnectionState, problem = ''): void {
    this.state = state;
    this.problem = problem;
    this.changed();
    this.flush();
  }
}
