import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  add,
  conv2d,
  DeviceLostError,
  GpuValidationError,
  type Graph,
  InputError,
  input,
  matmul,
  NoAdapterError,
  named,
  openBackend,
  openWebGpu,
  parameter,
  relu,
  relu6,
  reshape,
  ShapeError,
  segmentMean,
  sigmoid,
  softmax,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';
import { compare, FLOAT32_TOLERANCE, within } from '../../engine/reference/compare.ts';
import { interpret } from '../../engine/reference/interpreter.ts';

const random = (count: number, seed = 1) =>
  Float32Array.from({ length: count }, (_, i) => 2 * uniform(seed, i) - 1);

/** A little network with every kind of location: inputs, parameters, shared arena buffers, a reshaped output. */
function smallNetwork(batch = 2): {
  graph: Graph;
  parameters: Record<string, Float32Array>;
  image: Float32Array;
} {
  const image = input('image', [batch, 9, 7, 3]);
  const a = named(
    'a',
    relu6(add(conv2d(image, parameter('wa', [3, 3, 3, 8]), { strides: 2 }), parameter('ba', [8]))),
  );
  const b = named('b', relu(add(conv2d(a, parameter('wb', [1, 1, 8, 12])), parameter('bb', [12]))));
  const c = named('c', conv2d(b, parameter('wc', [3, 3, 12, 4])));
  const size = c.shape.slice(1).reduce((product, n) => product * n, 1);
  const flat = reshape(c, [batch, size]);
  return {
    graph: { outputs: { flat, b, probabilities: softmax(matmul(flat, parameter('wd', [size, 5]))) } },
    parameters: {
      wa: random(216, 2),
      ba: random(8, 3),
      wb: random(96, 4),
      bb: random(12, 5),
      wc: random(432, 6),
      wd: random(size * 5, 7),
    },
    image: random(batch * 189, 8),
  };
}

describe('the WebGPU backend', () => {
  let backend: WebGpuBackend;
  beforeAll(async () => {
    backend = await openWebGpu();
  });
  afterAll(() => backend.dispose());

  test('says what it runs on', () => {
    expect(backend.description).toMatch(/via WebGPU$/);
    expect(
      backend.adapter.features.every((feature) => backend.device.features.has(feature as GPUFeatureName)),
    ).toBe(true);
  });

  test('computes what the float64 interpreter computes', async () => {
    const { graph, parameters, image } = smallNetwork();
    using program = await backend.compile(graph, parameters);
    const expected = interpret(graph, { inputs: { image }, parameters });
    const actual = await program.run({ image });
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const name of Object.keys(expected)) {
      expect(within(compare(actual[name]!, expected[name]!), FLOAT32_TOLERANCE), name).toBe(true);
    }
  });

  test('runs that overlap each get their own answer', async () => {
    const { graph, parameters, image } = smallNetwork();
    using program = await backend.compile(graph, parameters);
    const other = random(image.length, 99);
    const [first, second, again] = await Promise.all(
      [image, other, image].map((photo) => program.run({ image: photo })),
    );
    expect(first!.flat).toEqual(again!.flat);
    expect(second!.flat).not.toEqual(first!.flat);
  });

  test('an input that is an output comes back as numbers, whatever its data type', async () => {
    const bytes = input('bytes', [6], 'uint8');
    const whole = input('whole', [2, 2], 'uint32');
    using program = await backend.compile({ outputs: { bytes, flat: reshape(whole, [4]) } });
    const outputs = await program.run({
      bytes: Uint8Array.of(1, 2, 3, 4, 5, 255),
      whole: Uint32Array.of(1, 2, 3, 4_000_000),
    });
    expect(outputs).toEqual({
      bytes: Float32Array.of(1, 2, 3, 4, 5, 255),
      flat: Float32Array.of(1, 2, 3, 4_000_000),
    });
  });

  test('programs share uploaded parameters', async () => {
    const { graph, parameters, image } = smallNetwork();
    const uploaded = backend.upload(graph, parameters);
    const one = await backend.compile(graph, uploaded);
    const two = await backend.compile(graph, uploaded);
    expect((await one.run({ image })).flat).toEqual((await two.run({ image })).flat);
    one.dispose();
    expect((await two.run({ image })).flat!.length).toBeGreaterThan(0);
    uploaded.dispose();
    await expect(two.run({ image })).rejects.toThrow(/Parameter 'wa' .* was disposed/);
    two.dispose();
  });

  test('a thousand runs leak nothing', async () => {
    const { graph, parameters, image } = smallNetwork();
    const before = backend.memory.statistics;
    const program = await backend.compile(graph, parameters);
    // Forty at a time: Firefox answers a read-back after some 100 ms, however little it reads.
    const fortyRuns = () => Promise.all(Array.from({ length: 40 }, () => program.run({ image })));
    await fortyRuns();
    const warm = backend.memory.statistics;
    for (let i = 0; i < 25; i += 1) await fortyRuns();
    expect(backend.memory.statistics).toEqual(warm);
    program.dispose();
    expect(backend.memory.statistics.liveBytes).toBe(before.liveBytes);
    expect(backend.memory.statistics.liveBuffers).toBe(before.liveBuffers);
  });

  test('compiling again reuses buffers and pipelines', async () => {
    const { graph, parameters } = smallNetwork();
    (await backend.compile(graph, parameters)).dispose();
    const { peakBytes, pooledBytes } = backend.memory.statistics;
    const pipelines = backend.pipelines.size;
    for (let i = 0; i < 20; i += 1) (await backend.compile(graph, parameters)).dispose();
    expect(backend.memory.statistics).toMatchObject({ peakBytes, pooledBytes });
    expect(backend.pipelines.size).toBe(pipelines);
  });

  test('tensors come back as they went, and are freed by using', async () => {
    const { liveBuffers } = backend.memory.statistics;
    {
      using real = backend.tensor(random(7), [7]);
      using whole = backend.tensor(Uint32Array.of(1, 2, 3), [3], 'uint32');
      using bytes = backend.tensor(Uint8Array.of(1, 2, 3, 4, 5, 6), [6], 'uint8');
      expect(await real.read()).toEqual(random(7));
      expect(await whole.read()).toEqual(Uint32Array.of(1, 2, 3));
      expect(await bytes.read()).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
      expect(backend.memory.statistics.liveBuffers).toBe(liveBuffers + 3);
      real.dispose();
      await expect(real.read()).rejects.toThrow(/was disposed/);
    }
    expect(backend.memory.statistics.liveBuffers).toBe(liveBuffers);
  });

  test('float16 tensors, where the adapter stores them', async () => {
    const numbers = Float32Array.of(1, -0.5, 65504, 2 ** -24, 0.1);
    if (!backend.target.features.has('shader-f16')) {
      expect(() => backend.tensor(numbers, [5], 'float16')).toThrow(ShapeError);
      return;
    }
    using half = backend.tensor(numbers, [5], 'float16');
    const back = (await half.read()) as Float32Array;
    expect([...back.slice(0, 4)]).toEqual([1, -0.5, 65504, 2 ** -24]);
    expect(Math.abs(back[4]! - 0.1)).toBeLessThan(1e-4);
  });

  test('the plan shares memory and has one dispatch a layer', async () => {
    const { graph, parameters } = smallNetwork();
    using program = await backend.compile(graph, parameters);
    expect(program.plan.dispatches.map(({ label }) => label)).toEqual(['a', 'b', 'c', 'matmul', 'softmax']);
    const arena = program.plan.arena.reduce((sum, bytes) => sum + bytes, 0);
    expect(arena).toBeLessThan(program.plan.unsharedBytes);
  });

  test('profiles name every dispatch, its variant, its work and the clock', async () => {
    const { graph, parameters, image } = smallNetwork();
    using program = await backend.compile(graph, parameters);
    const profile = await program.profile({ image }, { repeats: 3 });
    expect(profile.clock).toBe(
      backend.target.features.has('timestamp-query') ? 'timestamp-query' : 'wall-clock',
    );
    expect(profile.dispatches.map(({ operation }) => operation)).toEqual([
      'conv2d',
      'matmul',
      'conv2d',
      'matmul',
      'softmax',
    ]);
    for (const dispatch of profile.dispatches) {
      expect(dispatch.milliseconds).toBeGreaterThanOrEqual(0);
      expect(dispatch.operations).toBeGreaterThan(0);
      expect(dispatch.bytes).toBeGreaterThan(0);
      expect(dispatch.variant).not.toBe('');
    }
    expect(profile.totalMs).toBeGreaterThan(0);
  });
});

describe('errors', () => {
  let backend: WebGpuBackend;
  beforeAll(async () => {
    backend = await openWebGpu();
  });
  afterAll(() => backend.dispose());

  test('inputs that are missing, unknown, of the wrong type or length', async () => {
    const { graph, parameters, image } = smallNetwork();
    using program = await backend.compile(graph, parameters);
    await expect(program.run({})).rejects.toThrow(
      "The input 'image' is missing; give it as float32 [2, 9, 7, 3].",
    );
    await expect(program.run({ image, photo: image })).rejects.toThrow(
      "has no input 'photo'; it has 'image'",
    );
    await expect(program.run({ image: new Uint8Array(378) })).rejects.toThrow(/but it is a Uint8Array/);
    await expect(program.run({ image: image.slice(1) })).rejects.toThrow(/378 elements.*but it holds 377/);
    await expect(program.profile({ image: image.slice(1) })).rejects.toThrow(InputError);
    await expect(program.profile({ image }, { repeats: 0 })).rejects.toThrow(
      /whole number of repeats from 1/,
    );
    const { wa: _, ...incomplete } = parameters;
    await expect(backend.compile(graph, incomplete)).rejects.toThrow(InputError);
    program.dispose();
    await expect(program.run({ image })).rejects.toThrow(/was disposed; compile the graph again/);
  });

  test('offsets that do not divide the rows', async () => {
    const y = segmentMean(input('x', [5, 4]), input('offsets', [3], 'uint32'));
    using program = await backend.compile({ outputs: { y } });
    const x = random(20);
    await expect(program.run({ x, offsets: Uint32Array.of(0, 2, 6) })).rejects.toThrow(
      /end at 6, but .* 5 rows/,
    );
    expect((await program.run({ x, offsets: Uint32Array.of(0, 2, 5) })).y).toHaveLength(8);
  });

  test('a buffer larger than the adapter binds names the op and its shape', async () => {
    const rows = Math.ceil(backend.device.limits.maxStorageBufferBindingSize / 4096 / 4) + 1;
    const x = input('x', [rows, 4096]);
    await expect(backend.compile({ outputs: { y: sigmoid(x) } })).rejects.toThrow(
      new RegExp(`sigmoid 'sigmoid', float32 \\[${rows}, 4096\\], needs a buffer of .*; use a smaller batch`),
    );
  });

  test('an impossible command is a GpuValidationError that says what it was for', async () => {
    await expect(
      backend.guard('mapping what shaders write', () => {
        backend.device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
      }),
    ).rejects.toThrow(/^The GPU refused mapping what shaders write: /);
  });

  test('a shader that does not compile says where', async () => {
    const broken = '@compute @workgroup_size(1)\nfn main() {\n  let x: f32 = 1u;\n}';
    const failed = await backend.pipelines.get(broken, "kernel 'broken'").catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(GpuValidationError);
    expect((failed as Error).message).toMatch(/The shader of kernel 'broken' does not compile: .*3/);
  });

  test('no WebGPU, and no adapter', async () => {
    const gpu = { requestAdapter: async () => null } as unknown as GPU;
    await expect(openBackend('webgpu', { gpu })).rejects.toThrow(NoAdapterError);
    await expect(openBackend('webgpu', { gpu })).rejects.toThrow(/found no GPU adapter; use a recent Chrome/);
  });

  test('a host can stop the engine between calls', async () => {
    let stop = false;
    const stoppable = await openWebGpu({
      checkpoint: () => {
        if (stop) throw new Error('stopped by the host');
      },
    });
    const { graph, parameters, image } = smallNetwork();
    const program = await stoppable.compile(graph, parameters);
    await program.run({ image });
    stop = true;
    await expect(program.run({ image })).rejects.toThrow('stopped by the host');
    stoppable.dispose();
  });
});

describe('a lost device', () => {
  test('is reported by every later call, and a new backend carries on', async () => {
    const { graph, parameters, image } = smallNetwork();
    const first = await openWebGpu();
    const program = await first.compile(graph, parameters);
    const { flat } = await program.run({ image });
    first.device.destroy();
    expect(await first.lost).toBeInstanceOf(DeviceLostError);
    await expect(program.run({ image })).rejects.toThrow(DeviceLostError);
    await expect(first.compile(graph, parameters)).rejects.toThrow(DeviceLostError);
    expect(() => first.tensor(image, [image.length])).toThrow(DeviceLostError);

    const second = await openWebGpu();
    const again = await second.compile(graph, parameters);
    expect((await again.run({ image })).flat).toEqual(flat);
    second.dispose();
  });

  test('fails a run that is under way, instead of leaving it waiting', async () => {
    const { graph, parameters, image } = smallNetwork();
    const backend = await openWebGpu();
    const program = await backend.compile(graph, parameters);
    const running = program.run({ image });
    backend.device.destroy();
    await expect(running).rejects.toThrow(DeviceLostError);
  });

  test('fails a compilation that is under way with the loss, not with a complaint about a shader', async () => {
    const { graph, parameters } = smallNetwork(3);
    const backend = await openWebGpu();
    const compiling = backend.compile(graph, parameters);
    backend.device.destroy();
    await expect(compiling).rejects.toThrow(DeviceLostError);
  });
});
