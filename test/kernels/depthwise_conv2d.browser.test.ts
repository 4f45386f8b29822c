import { describe, expect, test } from 'vitest';
import { depthwiseConv2d as convolution } from '../../engine/graph/convolution.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import type { Value } from '../../engine/graph/value.ts';
import { depthwiseConv2d } from '../../kernels/depthwise_conv2d.ts';
import { expectAgreement, expectAllSupport } from './against-reference.ts';
import { type ConvolutionShape, title } from './convolution-case.ts';
import { compilesSlowly, epilogues, operationCase } from './operation-case.ts';
import { kernelTarget } from './run-kernel.ts';

type Shape = ConvolutionShape<[number, number]>;

function operation(
  { x, kernel, strides = 1, padding = 'same' }: Shape,
  dataType: 'float32' | 'float16' = 'float32',
): Value {
  return convolution(input('x', x), parameter('w', [...kernel, x[3]], dataType), { strides, padding });
}

const shapes: Shape[] = [
  { x: [1, 1, 1, 1], kernel: [1, 1] },
  { x: [2, 5, 7, 3], kernel: [3, 3] },
  { x: [1, 9, 9, 8], kernel: [3, 3] },
  { x: [1, 9, 9, 8], kernel: [3, 3], strides: 2 },
  { x: [1, 10, 10, 8], kernel: [3, 3], strides: 2 },
  { x: [3, 14, 13, 4], kernel: [3, 3], strides: 2 },
  { x: [1, 10, 11, 36], kernel: [3, 3], strides: 3 },
  { x: [2, 8, 6, 32], kernel: [1, 1] },
  { x: [1, 8, 6, 32], kernel: [1, 1], strides: 2 },
  { x: [1, 11, 13, 8], kernel: [5, 5] },
  { x: [1, 11, 13, 8], kernel: [5, 5], strides: [2, 1] },
  { x: [1, 12, 17, 4], kernel: [7, 7], strides: [1, 2] },
  { x: [1, 3, 2, 4], kernel: [7, 7] },
  { x: [1, 30, 3, 4], kernel: [129, 1] },
  { x: [1, 9, 10, 12], kernel: [3, 3], padding: 'valid' },
  { x: [1, 9, 10, 12], kernel: [2, 3], strides: [3, 2], padding: 'valid' },
  { x: [1, 6, 7, 8], kernel: [3, 3], padding: { top: 2, bottom: 0, left: 0, right: 3 } },
  { x: [2, 6, 7, 8], kernel: [3, 5], strides: 2, padding: { top: 0, bottom: 4, left: 5, right: 1 } },
  { x: [1, 8, 8, 33], kernel: [3, 3] },
  { x: [1, 8, 8, 5], kernel: [5, 3], strides: [1, 3] },
];

const slowCompiler = await compilesSlowly();
const names = depthwiseConv2d.variants.map(({ name }) => name);
const quick = names.filter((name) => !slowCompiler || /stream-2|scalar/.test(name));

describe('variants that compile quickly', () => {
  test.each(shapes.map((shape) => [title(shape), shape] as const))('%s', async (_, shape) => {
    const ran = await expectAgreement({
      ...operationCase(depthwiseConv2d, operation(shape), ['bias']),
      variants: quick,
    });
    if (shape.x[3] % 4 === 0 && shape.kernel[0] < 100) expect(ran.length).toBeGreaterThanOrEqual(2);
  });

  test.each(epilogues.map((steps) => [steps.join(' → ') || 'no epilogue', steps] as const))(
    '%s',
    async (_, steps) => {
      const variants = quick.filter((name) => /scalar|stream-2/.test(name));
      await expectAgreement({
        ...operationCase(depthwiseConv2d, operation({ x: [2, 6, 5, 12], kernel: [3, 3] }), steps),
        variants,
      });
    },
  );
});

describe('every variant', () => {
  const telling: Shape[] = [
    { x: [2, 9, 10, 36], kernel: [3, 3] },
    { x: [1, 14, 28, 32], kernel: [3, 3], strides: 2 },
    { x: [1, 7, 7, 32], kernel: [3, 3] },
    { x: [1, 5, 6, 5], kernel: [2, 3], strides: [2, 1] },
  ];
  test.each(telling.map((shape) => [title(shape), shape] as const))('%s', async (_, shape) => {
    const case_ = operationCase(depthwiseConv2d, operation(shape), ['bias', 'sigmoid', 'multiply']);
    await expectAgreement(case_);
  });

  test('each supports the first of these shapes where its features are there', async () => {
    await expectAllSupport(depthwiseConv2d, operationCase(depthwiseConv2d, operation(telling[0]!)).problem);
  });
});

test('no two variants share a name', () => {
  expect(new Set(names).size).toBe(names.length);
});

describe('the default variant on the depthwise layers of MobileNet v1', () => {
  const layers: Shape[] = [
    { x: [1, 112, 112, 32], kernel: [3, 3] },
    { x: [1, 112, 112, 64], kernel: [3, 3], strides: 2 },
    { x: [1, 56, 56, 128], kernel: [3, 3] },
    { x: [1, 56, 56, 128], kernel: [3, 3], strides: 2 },
    { x: [1, 28, 28, 256], kernel: [3, 3] },
    { x: [1, 28, 28, 256], kernel: [3, 3], strides: 2 },
    { x: [1, 14, 14, 512], kernel: [3, 3] },
    { x: [1, 14, 14, 512], kernel: [3, 3], strides: 2 },
    { x: [1, 7, 7, 1024], kernel: [3, 3] },
    { x: [3, 7, 7, 1024], kernel: [3, 3] },
  ];
  test.each(layers.map((shape) => [title(shape), shape] as const))('%s', async (_, shape) => {
    const case_ = operationCase(depthwiseConv2d, operation(shape), ['bias', 'relu6']);
    const variant = depthwiseConv2d.defaultVariant(case_.problem, await kernelTarget());
    expect(await expectAgreement({ ...case_, variants: [variant.name] })).toEqual([variant.name]);
  });
});

test('float16 weights', async (context) => {
  const target = await kernelTarget();
  const case_ = operationCase(depthwiseConv2d, operation({ x: [1, 7, 6, 8], kernel: [3, 3] }, 'float16'), [
    'bias',
  ]);
  if (!target.features.has('shader-f16')) {
    for (const variant of depthwiseConv2d.variants)
      expect(variant.supports(case_.problem, target)).toBe(false);
    context.skip('the adapter has no shader-f16');
  }
  await expectAgreement({ ...case_, variants: quick });
  await expectAgreement(
    operationCase(depthwiseConv2d, operation({ x: [1, 7, 6, 5], kernel: [3, 3] }, 'float16')),
  );
});

test('cost', () => {
  const shape: Shape = { x: [2, 6, 5, 12], kernel: [3, 3], strides: 2 };
  const { problem } = operationCase(depthwiseConv2d, operation(shape), ['bias', 'relu6']);
  const elements = 2 * 3 * 3 * 12;
  expect(depthwiseConv2d.cost(problem)).toEqual({
    operations: elements * (2 * 9 + 3),
    bytesRead: 4 * (2 * 6 * 5 * 12 + 9 * 12 + 12),
    bytesWritten: 4 * elements,
  });
});
