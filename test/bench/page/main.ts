/** The page in which the runtimes run. It offers `window.bench` to the command. */
import { loadMobilenetV1 } from '../../../engine/models/mobilenet_v1_weights.ts';
import { uniform } from '../../../engine/random.ts';
import { imageSize } from '../network.ts';
import type { BenchPage, RuntimeName, TimedAnswer } from '../page-interface.ts';
import type { Call, Open, Prepare, Weights } from './runtime.ts';

const modules: Record<RuntimeName, () => Promise<{ prepare: Prepare }>> = {
  warpbook: () => import('./warpbook.ts'),
  'tensorflow.js': () => import('./tensorflow.ts'),
  'jax-js': () => import('./jax.ts'),
};

const opens = new Map<RuntimeName, Open>();
const calls = new Map<RuntimeName, Call>();
let weights: Promise<Weights> | undefined;

async function loadWeights(): Promise<Weights> {
  const { parameters } = await loadMobilenetV1();
  return Object.fromEntries(
    Object.entries(parameters).map(([name, data]) => {
      if (!(data instanceof Float32Array)) throw new TypeError(`The weights '${name}' are not float32.`);
      return [name, data];
    }),
  );
}

/** `[B, 224, 224, 3]`: the same noise in [−1, 1] for everyone, another photo in each row of the batch. */
function seededImage(batch: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: batch * imageSize * imageSize * 3 },
    (_, index) => 2 * uniform(1, index) - 1,
  );
}

async function time<Result>(work: () => Promise<Result>): Promise<{ milliseconds: number; result: Result }> {
  const start = performance.now();
  const result = await work();
  return { milliseconds: performance.now() - start, result };
}

const bench: BenchPage = {
  async adapter() {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return null;
    (await adapter.requestDevice()).destroy();
    const { vendor, architecture, device, description } = adapter.info;
    return { vendor, architecture, device, description };
  },

  async load(runtime, batch) {
    weights ??= loadWeights();
    const { prepare } = await modules[runtime]();
    opens.set(runtime, prepare(await weights, seededImage(batch), batch));
  },

  async first(runtime): Promise<TimedAnswer> {
    const open = opens.get(runtime)!;
    const { milliseconds, result } = await time(async () => {
      const call = await open();
      return { call, answer: await call() };
    });
    calls.set(runtime, result.call);
    const { features, probabilities } = result.answer;
    return {
      milliseconds,
      answer: { features: Array.from(features), probabilities: Array.from(probabilities) },
    };
  },

  async call(runtime) {
    return (await time(calls.get(runtime)!)).milliseconds;
  },
};

window.bench = bench;
