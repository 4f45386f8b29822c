/** Where runtimes run: a browser, or Node. */
import type { AdapterDescription, Answer, PageMemory, RuntimeName } from './page-interface.ts';
import type { ProcessMemory } from './processes.ts';
import type { Task } from './tasks.ts';

export const hostNames = ['chromium', 'firefox', 'node'] as const;
export type HostName = (typeof hostNames)[number];

/** A runtime alone, in a browser (or process) that was started for it. */
export interface AloneResult {
  readonly answer: Answer;
  /** Opening the device to the first answer, code and weights in memory, ms. */
  readonly firstCallMs: number;
  /** The page's navigation to the first answer, code and weights in the HTTP cache, ms; null in Node, which has no page. */
  readonly pageOpenMs: number | null;
  /** Bytes that the server sent during that navigation: what the HTTP cache did not have. */
  readonly servedBytes: number;
  /** After the last call and, where the browser can be asked, a garbage collection. */
  readonly page: PageMemory;
  /** Of JavaScript's heap in use, bytes; null where the browser does not say. */
  readonly heapBytes: number | null;
  readonly processes: ProcessMemory | null;
}

/** Several runtimes in one page (or process), on one adapter, one running at a time. */
export interface Turns {
  /** Loads a runtime and runs it for the first time. */
  first(runtime: RuntimeName, task: Task): Promise<void>;
  /** Milliseconds of one call. */
  call(runtime: RuntimeName): Promise<number>;
  close(): Promise<void>;
}

export interface Host {
  readonly name: HostName;
  /** Name and version, for example `Chrome/156.0.8078.79`. */
  readonly version: string;
  readonly adapter: AdapterDescription;
  /**
   * Starts afresh, runs once, then `calls` times more where a call is quick, and says what was held.
   *
   * @throws Error where the runtime fails or does not answer in time.
   */
  alone(runtime: RuntimeName, task: Task): Promise<AloneResult>;
  turns(): Promise<Turns>;
  close(): Promise<void>;
}

/** A call slower than this, ms, is not repeated for the memory's sake. */
export const slowCallMs = 20_000;

/** What a runtime may take for one call, ms: the slowest takes 160 s for 32 photos on a software adapter. */
export const patienceMs = 15 * 60_000;

/**
 * Waits for calls, but not for ever.
 *
 * @throws Error where they take longer than `patienceMs` each.
 */
export async function withPatience<Result>(what: string, work: Promise<Result>, calls = 1): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} did not answer within ${(calls * patienceMs) / 60_000} minutes.`)),
      calls * patienceMs,
    );
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
