import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  defineKernel,
  InputError,
  type KernelReport,
  openWebGpu,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { columns, defineRowSums, plainLoop, rowSums, rows } from './row-sums.ts';

const fast = { rounds: 6 };
let backend: WebGpuBackend;

beforeAll(async () => {
  backend = await openWebGpu();
});
afterAll(() => backend.dispose());

describe('a kernel from scratch', () => {
  test('is right, and runs', async () => {
    const kernel = await defineRowSums(backend);
    const report = await kernel.test(undefined, fast);
    expect(report).toMatchObject({ status: 'right' });
    expect(report.text).toMatch(/^right: relative error \d/);
    // Noise does not make it faster than itself.
    expect(report).toMatchObject({ speedup: 1, interval: [1, 1] });
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
    kernel = await defineRowSums(backend);
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
    const slowKernel = await defineRowSums(backend, slow);
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
