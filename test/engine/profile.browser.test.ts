import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Graph,
  InputError,
  input,
  matmul,
  measureCeilings,
  named,
  openBackend,
  openWebGpu,
  type Profile,
  parameter,
  relu,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { openClock, openWallClock } from '../../engine/profile/clock.ts';
import { sampleWork } from '../../engine/profile/sample.ts';
import { uniform } from '../../engine/random.ts';
import { encodeDispatch } from '../../engine/run/encode.ts';
import { everyKernel } from './every-kernel.ts';

const random = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, index) => 2 * uniform(seed, index) - 1);

/** Two products in a row, the first with as much work as wanted. */
function products(rows: number): { graph: Graph; parameters: Record<string, Float32Array>; x: Float32Array } {
  const first = named('first', relu(matmul(input('x', [rows, 128]), parameter('a', [128, 128]))));
  const second = named('second', matmul(first, parameter('b', [128, 32])));
  return {
    graph: { outputs: { y: second } },
    parameters: { a: random(128 * 128, 1), b: random(128 * 32, 2) },
    x: random(rows * 128, 3),
  };
}

let backend: WebGpuBackend;
beforeAll(async () => {
  backend = await openWebGpu();
});
afterAll(() => backend.dispose());

async function profileOf(rows: number, repeats = 5): Promise<Profile> {
  const { graph, parameters, x } = products(rows);
  using program = await backend.compile(graph, parameters);
  return await program.profile({ x }, { repeats }); // Awaited, or the program would be disposed of before.
}

describe('a profile of real work', () => {
  let profile: Profile;
  beforeAll(async () => {
    profile = await profileOf(512);
  });

  test('the clock is the GPU’s, and its step is what browsers make of it', () => {
    expect(profile.clock).toBe('timestamp-query');
    // Chrome rounds to 2¹⁶ ns (0.1 ms in older ones), but not when it is started for development.
    expect(profile.resolutionMs).toBeGreaterThanOrEqual(0);
    expect(profile.resolutionMs).toBeLessThan(0.11);
  });

  test('times add up to the GPU time of the run', () => {
    const uncertainty = profile.dispatches.reduce((sum, { uncertaintyMs }) => sum + uncertaintyMs, 0);
    const gpu = profile.stages.find(({ name }) => name === 'gpu')!;
    // Other work on the machine stretches either: a factor of three, and what is uncertain.
    const slack = uncertainty + 2 * profile.resolutionMs + 1;
    expect(profile.totalMs).toBeLessThan(3 * gpu.milliseconds + slack);
    expect(gpu.milliseconds).toBeLessThan(3 * profile.totalMs + slack);
  });

  test('every dispatch has a time with its uncertainty, however short it is', () => {
    for (const { milliseconds, uncertaintyMs, passRepeats } of profile.dispatches) {
      expect(milliseconds).toBeGreaterThan(0);
      expect(uncertaintyMs).toBeGreaterThanOrEqual(profile.resolutionMs / passRepeats);
    }
  });

  test('stages follow one another', () => {
    expect(profile.stages.map(({ name }) => name)).toEqual([
      'compile',
      'write inputs',
      'encode',
      'submit',
      'gpu',
      'read back',
    ]);
    let free = 0;
    for (const { startMs, milliseconds } of profile.stages) {
      expect(startMs).toBeGreaterThanOrEqual(free - 1e-6);
      expect(milliseconds).toBeGreaterThanOrEqual(0);
      free = startMs + milliseconds;
    }
    expect(profile.stages[0]!.milliseconds).toBeGreaterThan(0);
    expect(profile.overhead.plainMs).toBeGreaterThan(0);
    expect(profile.overhead.profiledMs).toBeGreaterThan(0);
  });

  test('dispatches follow one another', () => {
    const [first, second] = profile.dispatches;
    expect(first!.startMs).toBe(0);
    expect(second!.startMs).toBeGreaterThanOrEqual(first!.milliseconds);
  });

  test('eight times the work takes longer', async () => {
    const large = await profileOf(8 * 512);
    const [small, big] = [profile.dispatches[0]!, large.dispatches[0]!];
    expect(big.operations).toBe(8 * small.operations);
    expect(big.milliseconds).toBeGreaterThan(2 * small.milliseconds);
  });

  test('so it is by wall clock, where the GPU has none', async () => {
    const { graph, parameters, x } = products(512);
    using program = await backend.compile(graph, parameters);
    await program.run({ x });
    const work = program.dispatches.map(
      (dispatch) => (pass: GPUComputePassEncoder) => encodeDispatch(pass, dispatch),
    );
    const wall = await openWallClock(backend);
    expect(wall.stepMs).toBeGreaterThan(0);
    const gpu = await openClock(backend, work.length);
    const [byWall] = await sampleWork(wall, work, 5);
    const [byGpu] = await sampleWork(gpu, work, 5);
    gpu.dispose();
    expect(byWall!.milliseconds).toBeLessThan(4 * byGpu!.milliseconds + byWall!.uncertaintyMs);
    expect(byGpu!.milliseconds).toBeLessThan(
      4 * byWall!.milliseconds + byWall!.uncertaintyMs + byGpu!.uncertaintyMs,
    );
  });
});

/** WebGPU whose adapter has no timestamps. */
function withoutTimestamps(): GPU {
  const original = <Result>(target: object, name: string | symbol): Result => {
    const value = Reflect.get(target, name);
    return typeof value === 'function' ? value.bind(target) : value;
  };
  return new Proxy(navigator.gpu, {
    get: (gpu, name) =>
      name === 'requestAdapter'
        ? async (options?: GPURequestAdapterOptions) => {
            const adapter = (await gpu.requestAdapter(options))!;
            const features = new Set(adapter.features);
            features.delete('timestamp-query');
            return new Proxy(adapter, {
              get: (target, key) => (key === 'features' ? features : original(target, key)),
            });
          }
        : original(gpu, name),
  });
}

test('a GPU without timestamps is profiled by wall clock, and the profile says so', async () => {
  const plain = await openWebGpu({ gpu: withoutTimestamps() });
  try {
    const { graph, parameters, x } = products(512);
    using program = await plain.compile(graph, parameters);
    const profile = await program.profile({ x }, { repeats: 3 });
    expect(profile.clock).toBe('wall-clock');
    expect(profile.resolutionMs).toBeGreaterThan(0);
    for (const { milliseconds, uncertaintyMs, passRepeats } of profile.dispatches) {
      // Where a submission's latency varies more than the work lasts, the time may be 0, but is uncertain by more.
      expect(milliseconds + uncertaintyMs).toBeGreaterThan(0);
      expect(uncertaintyMs).toBeGreaterThanOrEqual(profile.resolutionMs / passRepeats);
    }
    const gpu = profile.stages.find(({ name }) => name === 'gpu')!;
    expect(gpu.milliseconds).toBeGreaterThan(0);
  } finally {
    plain.dispose();
  }
});

describe('profiling leaves no trace', () => {
  test('outputs and memory are as before', async () => {
    const { graph, parameters, x } = products(64);
    using program = await backend.compile(graph, parameters);
    const before = (await program.run({ x })).y!;
    const { liveBytes, liveBuffers, peakBytes } = backend.memory.statistics;
    await program.profile({ x }, { repeats: 2 });
    expect(backend.memory.statistics).toMatchObject({ liveBytes, liveBuffers, peakBytes });
    expect((await program.run({ x })).y).toEqual(before);
  });

  test('more dispatches than a query set has room for', async () => {
    let y = input('x', [4, 4]);
    const depth = 2100;
    for (let layer = 0; layer < depth; layer += 1) y = matmul(y, parameter('w', [4, 4]));
    const w = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
    using program = await backend.compile({ outputs: { y } }, { w });
    const profile = await program.profile({ x: random(16, 4) }, { repeats: 1 });
    expect(profile.dispatches).toHaveLength(depth);
    expect(profile.dispatches.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
    expect(profile.totalMs).toBeGreaterThan(0);
  });

  test('a program of nothing', async () => {
    using program = await backend.compile({ outputs: { y: input('x', [4]) } });
    const profile = await program.profile({ x: random(4, 1) });
    expect(profile).toMatchObject({ dispatches: [], totalMs: 0 });
  });
});

describe('repeating a dispatch changes nothing', () => {
  test.each(everyKernel)('$name', async ({ graph, parameters, inputs }) => {
    using program = await backend.compile(graph, parameters);
    const once = await program.run(inputs);
    const thrice = await program.run(inputs, {
      stage() {},
      encode(encoder) {
        const pass = encoder.beginComputePass();
        for (const dispatch of program.dispatches) {
          for (let execution = 0; execution < 3; execution += 1) encodeDispatch(pass, dispatch);
        }
        pass.end();
      },
    });
    expect(thrice).toEqual(once);
  });
});

describe('ceilings', () => {
  test('are measured once, and are plausible', async () => {
    const ceilings = await measureCeilings(backend, { budgetMs: 300 });
    expect(ceilings.device).toBe(backend.description);
    const { float32, float16, copyBandwidth, workgroupBandwidth, dispatchLatencyMs } = ceilings;
    for (const rate of [float32, copyBandwidth, workgroupBandwidth]) {
      // From a slow processor under load to the largest GPU.
      expect(rate).toBeGreaterThan(0.01);
      expect(rate).toBeLessThan(1e6);
    }
    expect(float16 === null).toBe(!backend.device.features.has('shader-f16'));
    expect(dispatchLatencyMs).toBeGreaterThan(0);
    expect(dispatchLatencyMs).toBeLessThan(10);
    expect(await measureCeilings(backend)).toBe(ceilings);
    const { graph, parameters, x } = products(64);
    using program = await backend.compile(graph, parameters);
    expect((await program.profile({ x }, { repeats: 1, ceilings })).ceilings).toEqual(ceilings);
  });

  test('are not for the reference', async () => {
    const reference = await openBackend('reference');
    await expect(measureCeilings(reference)).rejects.toThrow(InputError);
    await expect(measureCeilings(await openWebGpu(), { budgetMs: 0 })).rejects.toThrow('budgetMs');
  });
});
