/** Measures a program on the GPU, one compute pass a dispatch. */
import type { WebGpuDevice } from '../gpu/device.ts';
import { type EncodableDispatch, encodeDispatch } from '../run/encode.ts';
import { type DispatchProfile, median, type Profile } from './profile.ts';

/** What is profiled: a compiled graph. */
export interface ProfiledProgram {
  readonly gpu: WebGpuDevice;
  readonly dispatches: readonly EncodableDispatch[];
  /** Throws where the program cannot run any more. */
  requireUsable(): void;
}

/** Milliseconds of each dispatch, repeat by repeat. */
type Samples = number[][];

/**
 * Profiles a program whose inputs are on the GPU already. GPU time by timestamp queries where the device has them;
 * otherwise the wall-clock time of each dispatch submitted alone, which the profile says.
 */
export async function profileProgram(program: ProfiledProgram, repeats: number): Promise<Profile> {
  const { gpu, dispatches } = program;
  const hasTimestamps = gpu.target.features.has('timestamp-query');
  const measure = hasTimestamps ? measureWithTimestamps : measureWallClock;
  const samples: Samples = dispatches.map(() => []);
  await measure(program); // Warm-up: first use of memory and caches.
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    program.requireUsable(); // It may have been disposed of while the GPU worked.
    const times = await measure(program);
    times.forEach((milliseconds, index) => {
      samples[index]!.push(milliseconds);
    });
  }
  const rows = dispatches.map(({ dispatch }, index): DispatchProfile => {
    const { label, operation, kernel, variant, problem, program: shader, cost } = dispatch;
    return {
      label,
      operation,
      kernel: kernel.name,
      variant: variant.name,
      shape: problem.output.shape,
      workgroups: shader.workgroups,
      milliseconds: median(samples[index]!),
      operations: cost.operations,
      bytes: cost.bytesRead + cost.bytesWritten,
    };
  });
  return {
    clock: hasTimestamps ? 'timestamp-query' : 'wall-clock',
    resolutionMs: resolution(samples),
    device: gpu.description,
    repeats,
    dispatches: rows,
    totalMs: rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  };
}

async function measureWithTimestamps(program: ProfiledProgram): Promise<number[]> {
  const { gpu, dispatches } = program;
  const { device, memory } = gpu;
  if (dispatches.length === 0) return [];
  const count = 2 * dispatches.length;
  const bytes = 8 * count;
  const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const what = `profiling ${dispatches.length} dispatches`;
  const acquired: GPUBuffer[] = [];
  const acquire = (usage: GPUBufferUsageFlags, label: string) => {
    const buffer = memory.acquire(bytes, usage, label);
    acquired.push(buffer);
    return buffer;
  };
  try {
    const { querySet, resolved, staging } = await gpu.guard(what, () => {
      const querySet = device.createQuerySet({ type: 'timestamp', count });
      const resolved = acquire(QUERY_RESOLVE | COPY_SRC, 'timestamps');
      const staging = acquire(MAP_READ | COPY_DST, 'staging timestamps');
      const encoder = device.createCommandEncoder();
      dispatches.forEach((encodable, index) => {
        const pass = encoder.beginComputePass({
          timestampWrites: {
            querySet,
            beginningOfPassWriteIndex: 2 * index,
            endOfPassWriteIndex: 2 * index + 1,
          },
        });
        encodeDispatch(pass, encodable);
        pass.end();
      });
      encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, bytes);
      device.queue.submit([encoder.finish()]);
      return { querySet, resolved, staging };
    });
    const nanoseconds = new BigUint64Array(await gpu.readStaging(staging, what));
    querySet.destroy();
    memory.release(resolved);
    return dispatches.map((_, index) => {
      const elapsed = Number(nanoseconds[2 * index + 1]! - nanoseconds[2 * index]!);
      return Math.max(elapsed, 0) / 1e6; // A clock that was reset between the two must not count as negative.
    });
  } catch (error) {
    for (const buffer of acquired) memory.discard(buffer);
    throw error;
  }
}

async function measureWallClock(program: ProfiledProgram): Promise<number[]> {
  const { gpu, dispatches } = program;
  const { device } = gpu;
  const times: number[] = [];
  for (const encodable of dispatches) {
    const start = performance.now();
    await gpu.guard(`profiling ${encodable.dispatch.label}`, () => {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encodeDispatch(pass, encodable);
      pass.end();
      device.queue.submit([encoder.finish()]);
    });
    await device.queue.onSubmittedWorkDone();
    times.push(performance.now() - start);
  }
  return times;
}

/** The clock's step: 0.1 ms where every sample is a multiple of it, else unknown (0). */
function resolution(samples: Samples): number {
  const chromeStepMs = 0.1;
  const all = samples.flat();
  const isRounded =
    all.length > 0 && all.every((ms) => Math.abs(ms / chromeStepMs - Math.round(ms / chromeStepMs)) < 1e-6);
  return isRounded ? chromeStepMs : 0;
}
