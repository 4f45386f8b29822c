/** Measures a program on the GPU, one compute pass a dispatch. */
import type { HostArray } from '../backend.ts';
import type { WebGpuDevice } from '../gpu/device.ts';
import type { Plan } from '../plan/plan.ts';
import { type EncodableDispatch, encodeDispatch } from '../run/encode.ts';
import { memoryProfile } from './memory.ts';
import type { DispatchProfile, Profile, ProfileOptions, StageProfile } from './profile.ts';
import { checkRepeats, median, medianUncertainty } from './statistics.ts';

/** Is told when a stage of a run begins (what comes before the first is `write inputs`); may encode the dispatches itself. */
export interface RunWatch {
  stage(name: 'encode' | 'submit' | 'gpu'): void;
  encode?(encoder: GPUCommandEncoder): void;
}

/** What is profiled: a compiled graph. */
export interface ProfiledProgram {
  readonly gpu: WebGpuDevice;
  readonly plan: Plan;
  readonly compileMs: number;
  readonly dispatches: readonly EncodableDispatch[];
  run(inputs: Readonly<Record<string, HostArray>>, watch?: RunWatch): Promise<unknown>;
  /** Throws where the program cannot run any more. */
  requireUsable(): void;
}

/** Milliseconds of each dispatch, repeat by repeat. */
type Samples = number[][];

/**
 * Profiles a program. GPU time by timestamp queries where the device has them; otherwise the wall-clock time of each
 * dispatch submitted alone, which the profile says.
 */
export async function profileProgram(
  program: ProfiledProgram,
  inputs: Readonly<Record<string, HostArray>>,
  { repeats = 5, ceilings = null }: ProfileOptions = {},
): Promise<Profile> {
  checkRepeats(repeats);
  const { gpu, dispatches, plan } = program;
  const plain: number[] = [];
  let stages: StageProfile[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const start = performance.now();
    stages = await recordRun(program, inputs);
    plain.push(performance.now() - start);
  }
  const hasTimestamps = gpu.target.features.has('timestamp-query');
  const measure = hasTimestamps ? measureWithTimestamps : measureWallClock;
  const samples: Samples = dispatches.map(() => []);
  const profiled: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    program.requireUsable(); // It may have been disposed of while the GPU worked.
    const start = performance.now();
    const times = await measure(program);
    profiled.push(performance.now() - start);
    times.forEach((milliseconds, index) => {
      samples[index]!.push(milliseconds);
    });
  }
  const resolutionMs = resolution(samples);
  let startMs = 0;
  const rows = dispatches.map(({ dispatch }, index): DispatchProfile => {
    const { label, operation, kernel, variant, problem, program: shader, cost } = dispatch;
    const milliseconds = median(samples[index]!);
    startMs += milliseconds;
    return {
      label,
      operation,
      kernel: kernel.name,
      variant: variant.name,
      shape: problem.output.shape,
      workgroups: shader.workgroups,
      workgroupSize: shader.workgroupSize,
      registerTile: variant.registerTile ?? null,
      milliseconds,
      uncertaintyMs: medianUncertainty(samples[index]!) + resolutionMs,
      passRepeats: 1,
      startMs: startMs - milliseconds,
      operations: cost.operations,
      bytes: cost.bytesRead + cost.bytesWritten,
    };
  });
  return {
    version: 1,
    clock: hasTimestamps ? 'timestamp-query' : 'wall-clock',
    resolutionMs,
    device: gpu.description,
    repeats,
    dispatches: rows,
    totalMs: rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    stages,
    overhead: { plainMs: median(plain), profiledMs: median(profiled) },
    memory: memoryProfile(plan),
    ceilings,
  };
}

async function recordRun(
  program: ProfiledProgram,
  inputs: Readonly<Record<string, HostArray>>,
): Promise<StageProfile[]> {
  const begins: { name: StageProfile['name']; at: number }[] = [
    { name: 'write inputs', at: performance.now() },
  ];
  let gpuEnd: Promise<number> | undefined;
  await program.run(inputs, {
    stage(name) {
      begins.push({ name, at: performance.now() });
      if (name === 'gpu') {
        gpuEnd = program.gpu.device.queue.onSubmittedWorkDone().then(() => performance.now());
      }
    },
  });
  const end = performance.now();
  const shift = begins[0]!.at - program.compileMs;
  begins.push({ name: 'read back', at: (await gpuEnd) ?? end });
  return [
    { name: 'compile', startMs: 0, milliseconds: program.compileMs },
    ...begins.map(
      ({ name, at }, index): StageProfile => ({
        name,
        startMs: at - shift,
        milliseconds: Math.max((begins[index + 1]?.at ?? end) - at, 0),
      }),
    ),
  ];
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
