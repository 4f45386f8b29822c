import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  add,
  attentionScores,
  conv2d,
  depthwiseConv2d,
  GpuValidationError,
  globalAveragePool,
  InputError,
  imagePreprocess,
  input,
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
