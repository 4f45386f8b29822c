/** The results as data: what is written to a file and drawn. Times in milliseconds, memory in bytes. */
import type { Agreement } from './agreement.ts';
import type { HostName } from './host.ts';
import type { Measurement, TaskMeasurement } from './measure.ts';
import type { AdapterDescription, RuntimeName } from './page-interface.ts';
import { type Summary, summarize } from './statistics.ts';
import { describeTask, type WorkloadName, workloadNames } from './tasks.ts';

/** What a task was measured on. Tasks of one file may be measured at different times, but on the same of these. */
export interface Machine {
  readonly host: HostName;
  readonly adapter: AdapterDescription;
  /** Browser and version, or Node and Dawn. */
  readonly browser: string;
  /** Processor and number of its threads, since a software adapter runs there. */
  readonly processor: string;
}

/** When and with what a task was measured. */
export interface Circumstances {
  /** ISO 8601. */
  readonly date: string;
  /** The command that measures it again. */
  readonly command: string;
  /** By package; ours with the commit. */
  readonly versions: Readonly<Record<string, string>>;
  /** Processes that wanted a processor in the minute before the start; above 1 others disturbed the timings. 0 on Windows. */
  readonly load: number;
}

export interface Timings extends Summary {
  readonly samples: readonly number[];
}

export interface RuntimeResult {
  readonly runtime: RuntimeName;
  /** Why something is missing, or null. */
  readonly failure: string | null;
  readonly calls: Timings | null;
  /** Of training: 1000 over the median of the calls. */
  readonly stepsPerSecond?: number | null;
  /** Median of the calls over ours. */
  readonly ratio: number | null;
  /** The page's navigation to the first answer, HTTP cache warm. */
  readonly pageOpen: Timings | null;
  /** Opening the device to the first answer. */
  readonly firstCall: Timings | null;
  readonly memory: MemoryResult | null;
}

/** Medians over the first calls' pages. */
export interface MemoryResult {
  /** The most that buffers held at once, until after the calls. */
  readonly gpuPeak: number;
  /** After the calls. */
  readonly gpuSteady: number;
  /** WebAssembly memories. */
  readonly wasm: number;
  /** JavaScript's heap in use after a collection; null where unknown. */
  readonly heap: number | null;
  /** JavaScript and WebAssembly as the browser counts them; null where unknown. */
  readonly page: number | null;
  /** Resident memory of all processes above what the browser held before: at its peak, and after the calls. */
  readonly processesPeak: number | null;
  readonly processesSteady: number | null;
}

export interface TaskResult {
  readonly name: string;
  readonly workload: WorkloadName;
  readonly description: string;
  readonly measured: Circumstances;
  readonly agreement: readonly Agreement[];
  readonly runtimes: readonly RuntimeResult[];
}

export interface Results extends Machine {
  readonly methods: typeof methods;
  readonly tasks: readonly TaskResult[];
}

/** What the numbers include, in words. */
export const methods = {
  models:
    'MobileNet v1 1.0 224 with its published float32 weights; the head with seeded weights, K = 1024, hidden 2048, D = 1000; the same weights and the same seeded inputs for every runtime',
  forms:
    'Warpbook: photos NHWC, collections ragged (rows and offsets). TensorFlow.js: photos NHWC. ONNX Runtime Web and jax-js: the same ONNX model, photos NCHW. In the three, collections of `head` are padded to the longest with a mask; in `together` a mask [collections, photos] says which photo belongs where. Inputs are brought into these forms before anything is timed.',
  calls:
    'all runtimes in one page on one adapter, taking turns, one at a time; each call uploads the input, runs, and reads the outputs back',
  training:
    'a step is forward, backward and Adam (β 0.9 and 0.999, ε 1e-7) on a batch that is uploaded, and its loss read back; loss: mean of binary cross-entropy from logits with positive weight 36. The head: dropout 0.5 behind the dense layer, each runtime with its own random numbers, learning rate 0.001, D = 1000. MobileNet: the published kernels, all trained, batch normalisation by the batch’s statistics (ε 1e-3) with moving averages, ReLU6, average pooling, a dense layer to 127 logits, learning rate 0.0001. Answers checked equal: the losses of the first steps from the same weights on the same batches, dropout off. Each runtime in the form that was fastest of those tried on SwiftShader. Warpbook: one graph and one submit a step, collections ragged. TensorFlow.js: the head of core operations under optimizer.minimize, all photos in one matrix with a mask [collections, photos]; MobileNet of its layers with trainOnBatch, 1×1 convolutions as dense layers. jax-js: jit of valueAndGrad and of Adam’s formulas; collections padded to the longest, products and sums instead of matmul in the attention; 1×1 convolutions as matmul, depthwise convolutions with stride 2 as nine shifted products, since its own gradient of them is wrong on WebGPU (0.1.25). ONNX Runtime Web cannot train. A first call is one step; runtimes whose steps take more than a minute have two timed ones.',
  pageOpen:
    'a browser just started, its GPU process running, code and weights in the HTTP cache, no shader cache: from the navigation to a new page to the first answer',
  firstCall:
    'the part of that from opening the device, code and weights being in memory (Warpbook fetches them while it compiles, and that counts): device, upload, compilation, one run, read back; ONNX Runtime Web instantiates its WebAssembly in it',
  memory:
    'in that page, alone in its browser. GPU: buffers and textures created and not yet destroyed or collected, counted at WebGPU’s calls; peak, and after up to three calls more. Page: JavaScript and WebAssembly after a collection. Processes: proportional resident memory (PSS) of all the browser’s processes at its peak, less that before the navigation; on a software adapter GPU buffers are part of it',
};

function timings(samples: readonly number[]): Timings | null {
  return samples.length === 0 ? null : { ...summarize(samples), samples };
}

/** The middle of known numbers; null where there is none. */
function middle(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
  return known[(known.length - 1) >> 1] ?? null;
}

function memoryOf({ alone }: Measurement): MemoryResult | null {
  if (alone.length === 0) return null;
  const above = (name: 'peakBytes' | 'steadyBytes') =>
    middle(alone.map(({ processes }) => processes && processes[name] - processes.baselineBytes));
  return {
    gpuPeak: middle(alone.map(({ page }) => page.gpu.peakBytes))!,
    gpuSteady: middle(alone.map(({ page }) => page.gpu.liveBytes))!,
    wasm: middle(alone.map(({ page }) => page.wasmBytes))!,
    heap: middle(alone.map(({ heapBytes }) => heapBytes)),
    page: middle(alone.map(({ page }) => page.pageBytes)),
    processesPeak: above('peakBytes'),
    processesSteady: above('steadyBytes'),
  };
}

/** Summarizes what was measured of one task. */
export function taskResult(
  { task, agreement, measurements }: TaskMeasurement,
  measured: Circumstances,
): TaskResult {
  const ours = timings(measurements.find(({ runtime }) => runtime === 'warpbook')?.calls ?? []);
  const runtimes = measurements.map((measurement): RuntimeResult => {
    const { runtime, alone, calls, failure } = measurement;
    const timed = timings(calls);
    return {
      runtime,
      failure,
      calls: timed,
      ...(task.training ? { stepsPerSecond: timed && 1000 / timed.median } : {}),
      ratio: timed && ours && timed.median / ours.median,
      pageOpen: timings(alone.flatMap(({ pageOpenMs }) => pageOpenMs ?? [])),
      firstCall: timings(alone.map(({ firstCallMs }) => firstCallMs)),
      memory: memoryOf(measurement),
    };
  });
  const { name, workload } = task;
  return { name, workload, description: describeTask(task), measured, agreement, runtimes };
}

/**
 * Puts newly measured tasks into a file's results: a task that was measured again replaces the old one. Results of
 * another browser, adapter or processor are not mixed with: they go.
 */
export function mergeResults(
  previous: Results | undefined,
  machine: Machine,
  tasks: readonly TaskResult[],
): Results {
  const pick = ({ host, adapter, browser, processor }: Machine): Machine => ({
    host,
    adapter,
    browser,
    processor,
  });
  const same = previous !== undefined && JSON.stringify(pick(previous)) === JSON.stringify(pick(machine));
  const kept = same ? previous.tasks.filter(({ name }) => !tasks.some((task) => task.name === name)) : [];
  const order = (name: string): number => {
    const [, workload, size] = /^(.*)-(\d+)$/.exec(name)!;
    return (workloadNames as readonly string[]).indexOf(workload!) * 1e6 + Number(size);
  };
  return {
    ...pick(machine),
    methods,
    tasks: [...kept, ...tasks].sort((a, b) => order(a.name) - order(b.name)),
  };
}

/** How far ours is from the best of the others; above 1 ours is better. */
export interface Advantage {
  readonly factor: number;
  readonly peer: RuntimeName;
}

/** Compares one number of ours with the smallest of the others'; null where one is missing. */
export function advantage(
  { runtimes }: TaskResult,
  number: (result: RuntimeResult) => number | null | undefined,
): Advantage | null {
  const ours = runtimes.find(({ runtime }) => runtime === 'warpbook');
  const own = ours && number(ours);
  if (!own) return null;
  let best: Advantage | null = null;
  for (const result of runtimes) {
    const value = number(result);
    if (result.runtime === 'warpbook' || !value) continue;
    if (!best || value / own < best.factor) best = { factor: value / own, peer: result.runtime };
  }
  return best;
}

export function adapterName({ vendor, architecture, device, description }: AdapterDescription): string {
  return description || [vendor, architecture, device].filter(Boolean).join(' ') || 'unnamed adapter';
}

/** Adapter and host as a file name, for example `swiftshader-device-subzero-chromium`. */
export function resultsFileName({ adapter, host }: Pick<Machine, 'adapter' | 'host'>): string {
  return `${adapterName(adapter)} ${host}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
