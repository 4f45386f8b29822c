/** What a device can reach, measured on it. */
import type { Backend } from '../backend.ts';
import { EngineError, InputError, OutOfMemoryError } from '../errors.ts';
import { WebGpuDevice } from '../gpu/device.ts';
import { copy, emptyDispatch, type Microbenchmark, multiplyAdd, workgroupMemory } from './ceiling-shaders.ts';
import { type GpuClock, openClock } from './clock.ts';
import type { Ceilings } from './profile.ts';

const measured = new WeakMap<Backend, Promise<Ceilings>>();

/**
 * Runs micro-benchmarks for about `budgetMs` (default 1500), once for each backend; later calls get the same answer.
 * Every figure is the best that was seen, since a ceiling is what can be reached. Work starts tiny and
 * grows by its own measured time, so software adapters are not stuck in it.
 *
 * @throws InputError on the reference backend; DeviceLostError; OutOfMemoryError; EngineError where a result is wrong, or
 * the clock too coarse.
 */
export function measureCeilings(
  backend: Backend,
  { budgetMs = 1500 }: { budgetMs?: number } = {},
): Promise<Ceilings> {
  let ceilings = measured.get(backend);
  if (!ceilings) {
    ceilings = measure(backend, budgetMs);
    measured.set(backend, ceilings);
    ceilings.catch(() => measured.delete(backend));
  }
  return ceilings;
}

async function measure(backend: Backend, budgetMs: number): Promise<Ceilings> {
  if (!(backend instanceof WebGpuDevice)) {
    throw new InputError(
      `Ceilings are measured on a GPU, but this backend is ${backend.description}; open 'webgpu'.`,
    );
  }
  if (!(budgetMs > 0)) throw new InputError(`Measuring ceilings takes a positive budgetMs, not ${budgetMs}.`);
  const gpu: WebGpuDevice = backend;
  const { features, software } = gpu.target;
  const clock = await openClock(gpu, 1);
  try {
    const hasFloat16 = features.has('shader-f16');
    const shareMs = budgetMs / (hasFloat16 ? 7 : 5);
    /** Units per nanosecond: GFLOP/s or GB/s. */
    const best = async (benchmark: Microbenchmark, mostWorkgroups: number): Promise<number> =>
      (await bestRate(gpu, clock, benchmark, mostWorkgroups, shareMs)) / 1e6;
    const arithmetic = async (type: 'f32' | 'f16') => {
      let most = 0;
      for (const accumulators of [2, 4, 8]) {
        most = Math.max(most, await best(multiplyAdd(type, accumulators), 4096));
      }
      return most;
    };
    const float32 = await arithmetic('f32');
    const float16 = hasFloat16 ? await arithmetic('f16') : null;
    // Two such buffers are larger than the caches; a software adapter also has to fill them with zeros first.
    const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits;
    const bytes = Math.min((software ? 64 : 256) * 2 ** 20, maxBufferSize, maxStorageBufferBindingSize);
    const copying = copy();
    const copyOf = (bytes: number): Promise<number> =>
      best(copying, Math.floor(bytes / copying.bytesRead)).catch((error) => {
        if (!(error instanceof OutOfMemoryError) || bytes < 2 ** 24) throw error;
        return copyOf(bytes / 2);
      });
    const copyBandwidth = await copyOf(bytes);
    const workgroupBandwidth = await best(workgroupMemory(), 4096);
    const dispatchLatencyMs = 1 / (await bestRate(gpu, clock, emptyDispatch, 1, shareMs));
    return {
      device: gpu.description,
      float32,
      float16,
      copyBandwidth,
      workgroupBandwidth,
      dispatchLatencyMs,
    };
  } finally {
    clock.dispose();
  }
}

/** Dispatches in a pass at most. */
const mostDispatches = 4096;

/** Units per millisecond: the best of at least three passes, each long enough for the clock. */
async function bestRate(
  gpu: WebGpuDevice,
  clock: GpuClock,
  { wgsl, unitsPerWorkgroup, bytesRead, bytesWritten, input, result }: Microbenchmark,
  mostWorkgroups: number,
  budgetMs: number,
): Promise<number> {
  const { device } = gpu;
  const pipeline = await gpu.pipelines.get(wgsl, 'a micro-benchmark');
  const buffers: GPUBuffer[] = [];
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  try {
    const bindGroup = await gpu.guard('the buffers of a micro-benchmark', () => {
      for (const bytes of [bytesRead * mostWorkgroups, bytesWritten * mostWorkgroups]) {
        const size = Math.max(bytes, input.byteLength);
        buffers.push(device.createBuffer({ size, usage: STORAGE | COPY_SRC | COPY_DST }));
      }
      device.queue.writeBuffer(buffers[0]!, 0, input);
      return device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
    });
    let workgroups = 1;
    let dispatches = 1;
    const pass = async (): Promise<number> => {
      gpu.requireDevice();
      const [ms] = await clock.measure([
        (pass) => {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, bindGroup);
          for (let dispatch = 0; dispatch < dispatches; dispatch += 1) pass.dispatchWorkgroups(workgroups);
        },
      ]);
      return ms!;
    };
    const targetMs = Math.max(budgetMs / 6, 50 * clock.stepMs);
    // The first pass of a pipeline or on a buffer is no measure.
    const twice = async () => Math.min(await pass(), await pass());
    let ms = await twice();
    const start = performance.now();
    // However busy the machine, it goes on a while where the clock hardly sees the interval.
    while (
      !(ms >= targetMs / 2) &&
      performance.now() - start < (ms >= 20 * clock.stepMs ? 2 : 10) * budgetMs
    ) {
      const factor = Math.max(Math.min(targetMs / Math.max(ms || 0, clock.stepMs, 1e-6), 16), 2);
      if (workgroups < mostWorkgroups) workgroups = Math.min(Math.ceil(workgroups * factor), mostWorkgroups);
      else if (dispatches < mostDispatches)
        dispatches = Math.min(Math.ceil(dispatches * factor), mostDispatches);
      else break;
      ms = await twice();
    }
    let shortest = Number.POSITIVE_INFINITY;
    for (let sample = 0; sample < 3 || (sample < 50 && performance.now() - start < budgetMs); sample += 1) {
      const time = await pass();
      if (time > 0) shortest = Math.min(shortest, time);
    }
    const found = new Float32Array(
      await gpu.readBuffer(buffers[1]!, 4 * result.length, 'reading a micro-benchmark'),
    );
    if (
      shortest === Number.POSITIVE_INFINITY ||
      result.some((expected, index) => found[index] !== expected)
    ) {
      throw new EngineError(
        `A micro-benchmark gave ${found.join(', ')} instead of ${result.join(', ')} on ${gpu.description}; its times say nothing.`,
      );
    }
    return (workgroups * dispatches * unitsPerWorkgroup) / shortest;
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
