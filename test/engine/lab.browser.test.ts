import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  add,
  attentionScores,
  conv2d,
  DeviceLostError,
  defineKernel,
  depthwiseConv2d,
  GpuValidationError,
  globalAveragePool,
  InputError,
  imagePreprocess,
  input,
  type KernelReport,
  matmul,
  named,
  openKernelLab,
  openWebGpu,
  parameter,
  relu6,
  segmentMean,
  segmentSoftmax,
  segmentWeightedSum,
  softmax,
  tanh,
  type WebGpuBackend,
  type WebGpuProgram,
  withConstantSizes,
} from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';

const fast = { rounds: 6 };
let backend: WebGpuBackend;

beforeAll(async () => {
  backend = await openWebGpu();
});
afterAll(() => backend.dispose());

/** A sum of rows, whose WGSL is short enough to edit here: y[i] = Σ_j x[i, j]. */
const rows = 96;
const columns = 40;
function rowSums(body: string, { size = 32, before = '' } = {}): string {
  return `@group(0) @binding(0) var<storage, read> x: array<f32, ${rows * columns}>;
@group(0) @binding(1) var<storage, read_write> y: array<f32, ${rows}>;
${before}
@compute @workgroup_size(${size})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = id.x;
  var sum = 0.0;
${body}
}`;
}
const plainLoop = `  for (var j = 0u; j < ${columns}u; j++) { sum += x[i * ${columns}u + j]; }
  y[i] = sum;`;

function defineRowSums(wgsl = rowSums(plainLoop)) {
  return defineKernel({
    backend,
    name: 'row sums',
    inputs: { x: { shape: [rows, columns] } },
    output: { shape: [rows] },
    reference: ({ x }, [i = 0]) =>
      x.subarray(i * columns, (i + 1) * columns).reduce((sum, element) => sum + element, 0),
    wgsl,
    workgroups: [rows / 32, 1, 1],
  });
}

describe('a kernel from scratch', () => {
  test('is right, and runs', async () => {
    const kernel = await defineRowSums();
    const report = await kernel.test(undefined, fast);
    expect(report).toMatchObject({ status: 'right' });
    expect(report.text).toMatch(/^right: relative error \d/);
    const x = Float32Array.from({ length: rows * columns }, (_, i) => Math.floor(i / columns));
    expect(await kernel.run({ x })).toEqual(Float32Array.from({ length: rows }, (_, i) => i * columns));
    await expect(kernel.run({ x: x.subarray(1) })).rejects.toThrow(InputError);
    kernel.dispose();
    await expect(kernel.test()).rejects.toThrow('was disposed');
  });

  test('a reference may give all elements at once, and must give all', async () => {
    const definition = {
      backend,
      name: 'double',
      inputs: { x: { shape: [4, 16] } },
      output: { shape: [4, 16] },
      wgsl: `// workgroups: 1
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32) { y[i] = 2.0 * x[i]; }`,
    };
    const double = await defineKernel({
      ...definition,
      reference: ({ x }) => x.map((element) => 2 * element),
    });
    expect(await double.test(undefined, fast)).toMatchObject({ status: 'right' });
    const short = await defineKernel({ ...definition, reference: ({ x }) => x.slice(1) });
    await expect(short.test(undefined, fast)).rejects.toThrow('gives 63 elements');
  });

  test('integers and two inputs', async () => {
    const gather = await defineKernel({
      backend,
      name: 'gather',
      inputs: { table: { shape: [256] }, indices: { shape: [50], dataType: 'uint32' } },
      output: { shape: [50] },
      reference: ({ table, indices }) => indices.map((index) => table[index]!),
      wgsl: `@group(0) @binding(0) var<storage, read> values: array<f32, 256>;
@group(0) @binding(1) var<storage, read> indices: array<u32, 50>;
@group(0) @binding(2) var<storage, read_write> y: array<f32, 50>;
@compute @workgroup_size(50) fn main(@builtin(local_invocation_index) i: u32) { y[i] = values[indices[i]]; }`,
    });
    expect(await gather.test(undefined, fast)).toMatchObject({ status: 'right' });
  });
});

describe('what a test finds', () => {
  let kernel: Awaited<ReturnType<typeof defineRowSums>>;
  beforeAll(async () => {
    kernel = await defineRowSums();
  });

  test('one wrong element, named', async () => {
    const edited = rowSums(plainLoop.replace('y[i] = sum;', 'y[i] = select(sum, 100.0, i == 17u);'));
    const report = await kernel.test(edited);
    expect(report).toMatchObject({
      status: 'wrong',
      at: [17],
      actual: 100,
      wrongElements: 1,
      elements: rows,
    });
    expect(report.text).toMatch(/^wrong at \[17\]: 100 instead of -?\d+\.\d+ \(1 of 96 elements\)$/);
  });

  test('syntax errors with line and column', async () => {
    const report = await kernel.test(rowSums('  let a = 1u\n  let b = ;'));
    expect(report.status).toBe('invalid');
    expect(report.messages[0]).toMatchObject({ severity: 'error' });
    expect(report.messages[0]!.line).toBeGreaterThanOrEqual(8);
    expect(report.messages[0]!.column).toBeGreaterThan(0);
    expect(report.text).toMatch(/^line \d+:\d+: /);
  });

  test.each([
    ['no entry point', rowSums(plainLoop).replace('fn main', 'fn other'), /`main`/, 0],
    [
      'an input that is written',
      rowSums(plainLoop).replace('read>', 'read_write>'),
      /line 1: Binding 0 is an input/,
      1,
    ],
    ['a larger input', rowSums(plainLoop).replace(`${rows * columns}>`, '4096>'), /^line 1: Binding 0: /, 1],
    ['too large a workgroup', rowSums(plainLoop, { size: 100_000 }), /100000|workgroup/i, 0],
  ])('%s, before anything runs', async (_, wgsl, text, line) => {
    const report = await kernel.test(wgsl);
    expect(report.status).toBe('invalid');
    expect(report.text).toMatch(text);
    expect(report.messages.find(({ severity }) => severity === 'error')?.line).toBe(line);
  });

  test('elements that nobody wrote, and workgroups that write them', async () => {
    const narrow = rowSums(plainLoop, { size: 8 });
    const report = await kernel.test(narrow);
    expect(report).toMatchObject({ status: 'wrong', at: [24], wrongElements: 72 });
    expect(report.text).toMatch(/^72 of 96 elements were not written, the first at \[24\].*set workgroups/);
    expect(await kernel.test(`// workgroups: 12\n${narrow}`, fast)).toMatchObject({ status: 'right' });
    expect(await kernel.test(narrow, { ...fast, workgroups: [12, 1, 1] })).toMatchObject({ status: 'right' });
    expect(await kernel.test(narrow, { workgroups: [0.5, 1, 1] })).toMatchObject({
      status: 'invalid',
      text: expect.stringContaining('Workgroups'),
    });
  });

  test('NaN, though it was written', async () => {
    const report = await kernel.test(rowSums(plainLoop.replace('= sum;', '= sum + sqrt(min(sum, 0.0));')));
    expect(report).toMatchObject({ status: 'wrong', actual: Number.NaN });
    expect(report.text).toMatch(/^wrong at .*NaN instead of/);
  });

  test('writing out of bounds harms nothing and is wrong', async () => {
    const outside = rowSums(plainLoop.replace('y[i]', 'y[i + 1000000u * (i % 2u)]')).replace(
      /array<f32, 96>/,
      'array<f32>',
    );
    const report = await kernel.test(outside);
    expect(report).toMatchObject({ status: 'wrong' });
    expect(await kernel.test(undefined, fast)).toMatchObject({ status: 'right' });
  });

  test('which of two is faster, with an interval that leaves no doubt', async () => {
    // Three hundred times the work, so that noise cannot hide it.
    const slow = rowSums(`  for (var again = 0u; again < 300u; again++) {
    sum = 0.0;
    for (var j = 0u; j < ${columns}u; j++) { sum += x[(i * ${columns}u + j + again * 0u) % ${rows * columns}u] + min(f32(again), 0.0); }
  }
  y[i] = sum;`);
    const slowKernel = await defineRowSums(slow);
    const faster = (await slowKernel.test(rowSums(plainLoop))) as KernelReport & { status: 'right' };
    expect(faster).toMatchObject({ status: 'right' });
    expect(faster.interval[0]).toBeGreaterThan(1);
    expect(faster.speedup).toBeGreaterThanOrEqual(faster.interval[0]);
    expect(faster.speedup).toBeLessThanOrEqual(faster.interval[1]);
    expect(faster.text).toMatch(/^\d+\.\d\d× faster \(\d+\.\d\d–\d+\.\d\d\)$/);
    expect(faster.relativeError).toBeLessThan(1e-5);
    expect(faster.rounds).toBeGreaterThanOrEqual(6);
    const slower = (await kernel.test(slow)) as KernelReport & { status: 'right' };
    expect(slower.text).toMatch(/× slower \(/);
    expect(slower.interval[1]).toBeLessThan(1);
  });
});

describe('loops that do not end', () => {
  let kernel: Awaited<ReturnType<typeof defineRowSums>>;
  beforeAll(async () => {
    kernel = await defineRowSums();
  });

  test.each([
    ['for', '  for (var k = 0u; k < 4u; k += u32(x[0] > 5.0)) { sum += 1.0; }\n  y[i] = sum;', 8],
    ['while', '  var k = 1;\n  while (k > 0) { k = ((k + 1) & 3) | 1; sum += 1.0; }\n  y[i] = sum;', 9],
    ['loop', '  loop {\n    sum += 1.0;\n    continuing { break if x[i] > 5.0; }\n  }\n  y[i] = sum;', 8],
    [
      'an outer loop',
      `  while (sum < 1e30) {\n    sum = 0.0;\n  ${plainLoop.split('\n')[0]}\n  }\n  y[i] = sum;`,
      8,
    ],
    [
      'an inner loop',
      '  for (var a = 0; a < 9; a++) {\n    for (var b = 0; b < 9; b += a) { sum += 1.0; }\n  }\n  y[i] = sum;',
      9,
    ],
    ['only some invocations', '  while (i == 70u && x[i] < 5.0) { sum += 1.0; }\n  y[i] = sum;', 8],
  ])('%s', async (_, body, line) => {
    const report = await kernel.test(`${rowSums(body)}\n// for (;;) {} /*`);
    expect(report).toMatchObject({ status: 'endless', line });
    expect(report.text).toContain(`line ${line} does not end`);
  });

  test('in a function that is called, with a comment around it', async () => {
    const before = `/* loop { /* for (;;) { */ } */ fn far() -> f32 {
  loop { if (x[0] > 5.0) { return 1.0; } }
  return 0.0;
}`;
    const report = await kernel.test(rowSums('  y[i] = far();', { before }));
    expect(report).toMatchObject({ status: 'endless', line: 4 });
  });

  test('around barriers; those that end are let through', async () => {
    const sums = (step: string) =>
      rowSums(
        `  for (var j = 0u; j < ${columns}u; j += ${step}) {
    shared_x[local] = x[i * ${columns}u + j];
    workgroupBarrier();
    sum += shared_x[local];
    workgroupBarrier();
  }
  y[i] = sum;`,
        { before: 'var<workgroup> shared_x: array<f32, 32>;' },
      );
    expect(await kernel.test(sums('1u'), fast)).toMatchObject({ status: 'right' });
    expect(await kernel.test(sums('0u'))).toMatchObject({ status: 'endless', line: 8 });
  });

  test('an own bound', async () => {
    expect(await kernel.test(rowSums(plainLoop), { turns: columns })).toMatchObject({
      status: 'endless',
      line: 8,
    });
    expect(await kernel.test(rowSums(plainLoop), { ...fast, turns: columns + 1 })).toMatchObject({
      status: 'right',
    });
  });

  test('a definition that does not end is never run', async () => {
    const endless = await defineRowSums(rowSums('  while (x[i] < 5.0) { sum += 1.0; }\n  y[i] = sum;'));
    expect(await endless.test()).toMatchObject({ status: 'endless' });
    await expect(endless.run({ x: new Float32Array(rows * columns) })).rejects.toThrow('does not end');
    // Another version is timed without it.
    expect(await endless.test(rowSums(plainLoop), fast)).toMatchObject({ status: 'right' });
  });

  test('the limit of time gives up the device and says so', async () => {
    const own = await openWebGpu();
    const slow = await defineKernel({
      backend: own,
      name: 'slow',
      inputs: { x: { shape: [64] } },
      output: { shape: [64] },
      reference: ({ x }) => x,
      wgsl: `@group(0) @binding(0) var<storage, read> x: array<f32, 64>;
@group(0) @binding(1) var<storage, read_write> y: array<f32, 64>;
@compute @workgroup_size(64) fn main(@builtin(local_invocation_index) i: u32) {
  var z = x[i];
  for (var k = 0u; k < 3000000u; k++) { z = fract(z * 1.7 + 0.1); }
  y[i] = z;
}`,
    });
    await expect(slow.test(undefined, { budgetMs: 1, turns: 2 ** 31 })).rejects.toThrow(DeviceLostError);
    expect((await own.lost).message).toContain('within 0.001 s');
    await expect(slow.test()).rejects.toThrow(DeviceLostError);
    own.dispose();
    // The next device works, once the kernel has ended.
    const next = await openWebGpu();
    const tensor = next.tensor(Float32Array.of(1, 2, 3), [3]);
    expect(await tensor.read()).toEqual(Float32Array.of(1, 2, 3));
    next.dispose();
  });
});

describe('a kernel of a compiled program', () => {
  const random = (count: number, seed: number) =>
    Float32Array.from({ length: count }, (_, i) => 2 * uniform(seed, i) - 1);
  const image = random(2 * 8 * 8 * 3, 1);
  let program: WebGpuProgram;

  beforeAll(async () => {
    const convolved = named('first', conv2d(input('image', [2, 8, 8, 3]), parameter('w', [3, 3, 3, 8])));
    const dense = named(
      'dense',
      relu6(add(matmul(convolved, parameter('v', [8, 12])), parameter('b', [12]))),
    );
    program = await backend.compile(
      { outputs: { y: dense } },
      { w: random(216, 2), v: random(96, 3), b: random(12, 4) },
    );
  });
  afterAll(() => program.dispose());

  test('has its shape, text and variant, and is right as it is', async () => {
    for (const { label, variant, program: shader } of program.plan.dispatches) {
      const lab = await openKernelLab(program, label);
      expect(lab).toMatchObject({
        label,
        wgsl: withConstantSizes(shader),
        workgroups: shader.workgroups,
        variant: variant.name,
      });
      expect(await lab.test(lab.wgsl, fast)).toMatchObject({ status: 'right' });
      lab.dispose();
    }
    await expect(openKernelLab(program, 'last')).rejects.toThrow(
      "has no kernel 'last'; it has 'first', 'dense'",
    );
  });

  test('of every kind is right as it is, on random offsets and photos too', async () => {
    const offsets = input('offsets', [6], 'uint32');
    const features = input('features', [50, 24]);
    const photos = imagePreprocess(input('pixels', [900, 4], 'uint8'), input('layout', [2, 3], 'uint32'), {
      height: 12,
      width: 12,
    });
    const scores = attentionScores(features, input('q', [24]), offsets);
    const every = await backend.compile(
      {
        outputs: {
          pooled: globalAveragePool(depthwiseConv2d(photos, parameter('d', [3, 3, 3]))),
          mean: segmentMean(features, offsets),
          softmax: softmax(features),
          weights: segmentSoftmax(scores, offsets),
          sum: segmentWeightedSum(input('e', [50]), features, offsets),
          attention: segmentWeightedSum(segmentSoftmax(input('e', [50]), offsets), features, offsets),
          tanh: tanh(features),
        },
      },
      { d: new Float32Array(27) },
    );
    const seen = new Set<string>();
    for (const { label, operation } of every.plan.dispatches) {
      seen.add(operation);
      const lab = await openKernelLab(every, label);
      expect(await lab.test(lab.wgsl, fast), label).toMatchObject({ status: 'right' });
      lab.dispose();
    }
    every.dispose();
    expect([...seen].sort()).toEqual([
      'attention_pool',
      'attention_scores',
      'depthwise_conv2d',
      'global_average_pool',
      'image_preprocess',
      'segment_mean',
      'segment_softmax',
      'segment_weighted_sum',
      'softmax',
      'tanh',
    ]);
  });

  test('an epilogue that was edited away is found', async () => {
    const lab = await openKernelLab(program, 'dense');
    const edited = lab.wgsl.replace('x = relu6_step(x);', '');
    expect(edited).not.toBe(lab.wgsl);
    const report = await lab.test(edited);
    expect(report).toMatchObject({ status: 'wrong', elements: 2 * 8 * 8 * 12 });
    expect(report).toHaveProperty('at.length', 4);
    lab.dispose();
  });

  test('is replaced and restored', async () => {
    const before = await program.run({ image });
    const wgsl = withConstantSizes(program.dispatches[1]!.dispatch.program);
    const doubled = wgsl.replace('x = relu6_step(x);', 'x = 2.0 * relu6_step(x);');
    await program.replaceKernel('dense', doubled);
    expect((await program.run({ image })).y).toEqual(before.y!.map((element) => 2 * element));
    const { dispatches } = await program.profile({ image }, { repeats: 1 });
    expect(dispatches.map(({ variant }) => variant)).toEqual([
      program.plan.dispatches[0]!.variant.name,
      'edited',
    ]);
    const lab = await openKernelLab(program, 'dense');
    expect(lab).toMatchObject({ wgsl: doubled, variant: 'edited' });
    expect(dispatches[1]!.registerTile).toBeNull();
    lab.dispose();
    program.restoreKernel('dense');
    expect(await program.run({ image })).toEqual(before);
    expect(() => program.restoreKernel('last')).toThrow(InputError);
  });

  test('is not replaced by one that does not compile, fit or end', async () => {
    const before = await program.run({ image });
    const wgsl = withConstantSizes(program.dispatches[1]!.dispatch.program);
    const endless = wgsl.replace(
      /fn main\([^{]*\{/,
      (head) => `${head}\n  var k = 1; while (k > 0) { k = k & 3; }`,
    );
    for (const bad of [
      wgsl.replace('fn main', 'fn main main'),
      wgsl.replace('fn main', 'fn other'),
      endless,
    ]) {
      expect(bad).not.toBe(wgsl);
      await expect(program.replaceKernel('dense', bad)).rejects.toThrow(GpuValidationError);
    }
    expect(await program.run({ image })).toEqual(before);
  });

  test('gives its memory back', async () => {
    const { liveBytes } = backend.memory.statistics;
    const lab = await openKernelLab(program, 'first');
    await lab.test(lab.wgsl, fast);
    lab.dispose();
    expect(backend.memory.statistics.liveBytes).toBe(liveBytes);
  });
});
