import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeviceLostError, defineKernel, openWebGpu, type WebGpuBackend } from '../../engine/index.ts';
import { columns, defineRowSums, plainLoop, rowSums, rows } from './row-sums.ts';

const fast = { rounds: 6 };
let backend: WebGpuBackend;

beforeAll(async () => {
  backend = await openWebGpu();
});
afterAll(() => backend.dispose());

describe('loops that do not end', () => {
  let kernel: Awaited<ReturnType<typeof defineRowSums>>;
  beforeAll(async () => {
    kernel = await defineRowSums(backend);
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
    const endless = await defineRowSums(
      backend,
      rowSums('  while (x[i] < 5.0) { sum += 1.0; }\n  y[i] = sum;'),
    );
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
