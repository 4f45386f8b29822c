/** Measuring passes: by the GPU's own clock, or by the host's where the GPU has none. */
import type { WebGpuDevice } from '../gpu/device.ts';
import { clockStep } from './clock-step.ts';
import { PassTimer } from './pass-timer.ts';
import { median } from './statistics.ts';

/** What goes into one pass. */
export type PassWork = (pass: GPUComputePassEncoder) => void;

export interface GpuClock {
  readonly kind: 'timestamp-query' | 'wall-clock';
  /** Its step, ms: an interval is known to ± this. 0 where it is finer than can be seen. */
  readonly stepMs: number;
  /** Duration of each pass, run in order, ms; NaN where the clock was reset meanwhile or said nothing. */
  measure(passes: readonly PassWork[]): Promise<number[]>;
  dispose(): void;
}

/** Submissions of a probe at most. */
const mostProbes = 48;
const passesOfProbe = 32;

/** The step of each device's timestamps, ms; undefined where they cannot be used. */
const steps = new WeakMap<WebGpuDevice, number | undefined>();

/** Whether timestamps advance, and by how much: looks at the gaps between many. */
async function timestampStep(gpu: WebGpuDevice): Promise<number | undefined> {
  if (steps.has(gpu)) return steps.get(gpu);
  const readings: number[] = [];
  let gaps = 0;
  const timer = await gpu.guard('a probe of the GPU clock', () => new PassTimer(gpu, passesOfProbe));
  const passes: PassWork[] = new Array(passesOfProbe).fill(() => {});
  try {
    // Empty passes may all fall into one step of the clock; then the gaps between submissions tell.
    while (readings.length < mostProbes * 2 * passesOfProbe && gaps < 64) {
      const times = await submitTimed(gpu, timer, passes);
      readings.push(...times.flatMap(({ begin, end }) => [begin * 1e6, end * 1e6]));
      gaps = readings.filter((reading, index) => reading > readings[index - 1]!).length;
    }
  } finally {
    timer.dispose();
  }
  const step = gaps > 0 ? clockStep(readings) / 1e6 : undefined;
  steps.set(gpu, step);
  return step;
}

async function submitTimed(gpu: WebGpuDevice, timer: PassTimer, passes: readonly PassWork[]) {
  await gpu.guard('timing passes', () => {
    const encoder = gpu.device.createCommandEncoder();
    timer.encode(encoder, passes);
    gpu.device.queue.submit([encoder.finish()]);
  });
  return timer.read();
}

/** The best clock for up to `count` passes at once. Dispose of it. */
export async function openClock(gpu: WebGpuDevice, count: number): Promise<GpuClock> {
  const stepMs = gpu.target.features.has('timestamp-query') ? await timestampStep(gpu) : undefined;
  if (stepMs === undefined) return openWallClock(gpu);
  const timer = await gpu.guard(`timestamps of ${count} passes`, () => new PassTimer(gpu, count));
  return {
    kind: 'timestamp-query',
    stepMs,
    async measure(passes) {
      const times = await submitTimed(gpu, timer, passes);
      return times.map(({ begin, end }) => (end >= begin ? end - begin : Number.NaN));
    },
    dispose: () => timer.dispose(),
  };
}

/**
 * Wall-clock time of each pass from submission to completion, less that of an empty submission. The step counts how
 * much the latter varies.
 */
export async function openWallClock(gpu: WebGpuDevice): Promise<GpuClock> {
  const submission = async (work?: PassWork): Promise<number> => {
    const start = performance.now();
    await gpu.guard('timing a pass', () => {
      const encoder = gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      work?.(pass);
      pass.end();
      gpu.device.queue.submit([encoder.finish()]);
    });
    await gpu.device.queue.onSubmittedWorkDone();
    return performance.now() - start;
  };
  const empty: number[] = [];
  for (let repeat = 0; repeat < 21; repeat += 1) empty.push(await submission());
  const latency = median(empty);
  const spread = median(empty.map((ms) => Math.abs(ms - latency)));
  const readings = [performance.now()];
  const end = readings[0]! + 20;
  for (let now = readings[0]!; now < end && readings.length < 64; now = performance.now()) {
    if (now > readings.at(-1)!) readings.push(now);
  }
  return {
    kind: 'wall-clock',
    stepMs: Math.max(clockStep(readings), 2 * spread),
    async measure(passes) {
      const times: number[] = [];
      for (const work of passes) times.push(Math.max((await submission(work)) - latency, 0));
      return times;
    },
    dispose() {},
  };
}
