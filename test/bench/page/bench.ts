/** What a page and a Node process have in common: they load a runtime, time it, and say what it holds. */
import {
  type Answer,
  type BenchPage,
  encodeOutput,
  type PageMemory,
  type RuntimeName,
  type TimedAnswer,
} from '../page-interface.ts';
import type { Task } from '../tasks.ts';
import { gpuMemory, wasmBytes } from './counters.ts';
import type { Call, Fetch, Load, Open } from './runtime.ts';

type Module = () => Promise<{ load: Load }>;

const inference: Record<RuntimeName, Module> = {
  warpbook: () => import('./warpbook.ts'),
  'tensorflow.js': () => import('./tensorflow.ts'),
  'onnxruntime-web': () => import('./onnxruntime.ts'),
  'jax-js': () => import('./jax.ts'),
};

const training: Partial<Record<RuntimeName, Module>> = {
  warpbook: () => import('./training/warpbook.ts'),
  'tensorflow.js': () => import('./training/tensorflow.ts'),
  'jax-js': () => import('./training/jax.ts'),
};

const opens = new Map<RuntimeName, Open>();
const calls = new Map<RuntimeName, Call>();

/** A training run without dropout, and its losses so far. */
interface CheckedRun {
  readonly step: Call;
  readonly losses: number[];
}

/** Runs of tasks that have no dropout anyway: their steps need not be repeated for their losses. */
const runs = new Map<RuntimeName, CheckedRun>();

function remember(step: Call): CheckedRun {
  const losses: number[] = [];
  return {
    losses,
    async step() {
      const answer = await step();
      losses.push(answer[0]![0]!);
      return answer;
    },
  };
}

async function time<Result>(work: () => Promise<Result>): Promise<{ milliseconds: number; result: Result }> {
  const start = performance.now();
  const result = await work();
  return { milliseconds: performance.now() - start, result };
}

async function first(runtime: RuntimeName): Promise<{ milliseconds: number; answer: Answer; end: number }> {
  const open = opens.get(runtime)!;
  const { milliseconds, result } = await time(async () => {
    const call = await open();
    return { call, answer: await call() };
  });
  calls.set(runtime, result.call);
  return { milliseconds, answer: result.answer, end: performance.now() };
}

/** Null where the browser cannot say it, or does not within ten seconds: it waits for its garbage collector. */
async function pageBytes(): Promise<number | null> {
  const measurer = performance as Performance & {
    measureUserAgentSpecificMemory?: () => Promise<{ readonly bytes: number }>;
  };
  if (!measurer.measureUserAgentSpecificMemory || !globalThis.crossOriginIsolated) return null;
  const timeout = new Promise<null>((resolve) => setTimeout(() => resolve(null), 10_000));
  const measured = measurer.measureUserAgentSpecificMemory().then(
    ({ bytes }) => bytes,
    () => null,
  );
  return Promise.race([measured, timeout]);
}

/**
 * @param fetch reads a file of the data
 * @param immediately what to load and run at once
 */
export function makeBench(
  fetch: Fetch,
  immediately?: { readonly runtime: RuntimeName; readonly task: Task },
): BenchPage {
  const prepare = async (runtime: RuntimeName, task: Task, atOnce: boolean): Promise<Open> => {
    const module = (task.training ? training : inference)[runtime];
    if (!module) throw new Error(`${runtime} cannot train.`);
    const { load } = await module();
    return load(task, fetch, atOnce);
  };
  const load = async (runtime: RuntimeName, task: Task, atOnce: boolean): Promise<void> => {
    const open = await prepare(runtime, task, atOnce);
    runs.delete(runtime);
    opens.set(runtime, async () => {
      const call = await open();
      if (task.training?.dropout !== 0) return call;
      const run = remember(call);
      runs.set(runtime, run);
      return run.step;
    });
  };
  const openWithoutDropout = async (runtime: RuntimeName, task: Task): Promise<CheckedRun> => {
    const open = await prepare(runtime, { ...task, training: { ...task.training!, dropout: 0 } }, false);
    return remember(await open());
  };
  const opened = async (runtime: RuntimeName, task: Task): Promise<TimedAnswer> => {
    await load(runtime, task, true);
    const { milliseconds, answer, end } = await first(runtime);
    return { milliseconds, sinceNavigation: end, outputs: answer.map(encodeOutput) };
  };
  return {
    async adapter() {
      const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
      if (!adapter) return null;
      (await adapter.requestDevice()).destroy();
      const { vendor, architecture, device, description } = adapter.info;
      return { vendor, architecture, device, description };
    },
    load: (runtime, task) => load(runtime, task, false),
    async first(runtime) {
      const { milliseconds, answer } = await first(runtime);
      return { milliseconds, sinceNavigation: null, outputs: answer.map(encodeOutput) };
    },
    async call(runtime) {
      return (await time(calls.get(runtime)!)).milliseconds;
    },
    async losses(runtime, task) {
      if (!task.training) throw new Error(`The task ${task.name} trains nothing: it has no losses.`);
      const { losses, step } = runs.get(runtime) ?? (await openWithoutDropout(runtime, task));
      const { checkedSteps } = task.training;
      while (losses.length < checkedSteps) await step();
      return encodeOutput(Float32Array.from(losses.slice(0, checkedSteps)));
    },
    async memory(): Promise<PageMemory> {
      return { gpu: gpuMemory(), pageBytes: await pageBytes(), wasmBytes: wasmBytes() };
    },
    opened: immediately ? opened(immediately.runtime, immediately.task) : null,
  };
}
