import { describe, expect, test } from 'vitest';
import { conv2d as convolution } from '../../engine/graph/convolution.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import type { Value } from '../../engine/graph/value.ts';
import { conv2d } from '../../kernels/conv2d.ts';
import { expectAgreement, expectAllSupport } from './against-reference.ts';
import { type ConvolutionShape, title } from './convolution-case.ts';
import { compilesSlowly, epilogues, operationCase } from './operation-case.ts';
import { kernelTarget } from './run-kernel.ts';

/** The kernel: height, width, output channels. */
type Shape = ConvolutionShape<[number, number, number]>;

function operation(
  { x, kernel, strides = 1, padding = 'same' }: Shape,
  dataType: 'float32' | 'float16' = 'float32',
): Value {
  return convolution(input('x', x), parameter('w', [kernel[0], kernel[1], x[3], kernel[2]], dataType), {
    strides,
    padding,
  });
}

const shapes: Shape[] = [
  { x: [1, 1, 1, 1], kernel: [1, 1, 1] },
  { x: [2, 5, 7, 3], kernel: [3, 3, 5] },
  { x: [1, 9, 9, 3], kernel: [3, 3, 8], strides: 2 },
  { x: [2, 16, 18, 3], kernel: [3, 3, 32], strides: 2 },
  { x: [1, 9, 11, 8], kernel: [3, 3, 12] },
  { x: [1, 10, 10, 8], kernel: [3, 3, 20], strides: 2 },
  { x: [3, 7, 6, 5], kernel: [3, 3, 36], strides: 2 },
  { x: [1, 10, 11, 4], kernel: [3, 3, 33], strides: 3 },
  { x: [2, 8, 6, 32], kernel: [1, 1, 16] },
  { x: [1, 8, 6, 33], kernel: [1, 1, 8], strides: 2 },
  { x: [1, 11, 13, 8], kernel: [5, 5, 4] },
  { x: [1, 11, 13, 1], kernel: [5, 5, 8], strides: [2, 1] },
  { x: [1, 12, 17, 3], kernel: [7, 7, 64], strides: 2 },
  { x: [1, 12, 17, 4], kernel: [7, 7, 4], strides: [1, 2] },
  { x: [1, 3, 2, 4], kernel: [7, 7, 4] },
  { x: [1, 4, 80, 4], kernel: [1, 70, 4] },
  { x: [1, 9, 10, 12], kernel: [3, 3, 8], padding: 'valid' },
  { x: [1, 9, 10, 3], kernel: [2, 3, 4], strides: [3, 2], padding: 'valid' },
  { x: [1, 6, 7, 8], kernel: [3, 3, 8], padding: { top: 2, bottom: 0, left: 0, right: 3 } },
  { x: [2, 6, 7, 3], kernel: [3, 5, 8], strides: 2, padding: { top: 0, bottom: 4, left: 5, right: 1 } },
];

const slowCompiler = await compilesSlowly();
const names = conv2d.variants.map(({ name }) => name);
const quick = names.filter((name) =>
  slowCompiler ? /4x1-vec4-8|scalar/.test(name) : !/unrolled/.test(name),
);
const all = slowCompiler ? names.filter((name) => !/unrolled|7x2/.test(name)) : names;

describe('variants that compile quickly', () => {
  test.each(shapes.map((shape) => [title(shape), shape] as const))('%s', async (_, shape) => {
    const ran = await expectAgreement({
      ...operationCase(conv2d, operation(shape), ['bias']),
      variants: quick,
    });
    if (shape.kernel[2] % 4 === 0 && shape.kernel[1] < 20) expect(ran.length).toBeGreaterThanOrEqual(2);
  });

  test.each(epilogues.map((steps) => [steps.join(' → ') || 'no epilogue', steps] as const))(
    '%s',
    async (_, steps) => {
      const variants = quick.filter((name) => /scalar|4x[12]-vec4/.test(name));
      await expectAgreement({
        ...operationCase(conv2d, operation({ x: [2, 6, 5, 12], kernel: [3, 3, 8] }), steps),
        variants,
      });
      await expectAgreement({
        ...operationCase(conv2d, operation({ x: [1, 6, 5, 3], kernel: [3, 3, 7] }), steps),
        variants,
      });
    },
  );
});

describe('every variant', () => {
  const telling: Shape[] = [
    { x: [2, 9, 11, 3], kernel: [3, 3, 20], strides: 2 },
    { x: [1, 8, 28, 4], kernel: [3, 3, 32] },
    { x: [1, 5, 6, 5], kernel: [2, 3, 7], strides: [2, 1] },
  ];
  test.each(telling.map((shape) => [title(shape), shape] as const))('%s', async (_, shape) => {
    const case_ = operationCase(conv2d, operation(shape), ['bias', 'sigmoid', 'multiply']);
    await expectAgreement({ ...case_, variants: all });
  });

  test('each supports the first of these shapes where its features are there', async () => {
    await expectAllSupport(conv2d, operationCase(conv2d, operation(telling[0]!)).problem);
  });
});

test('no two variants share a name', () => {
  expect(new Set(names).size).toBe(names.length);
});

describe('the default variant', () => {
  const layers: Shape[] = [
    // The first layer of MobileNet v1.
    { x: [1, 224, 224, 3], kernel: [3, 3, 32], strides: 2 },
    { x: [2, 96, 96, 3], kernel: [3, 3, 16], strides: 2 },
    // The first layer of ResNet50, smaller.
    { x: [1, 56, 56, 3], kernel: [7, 7, 64], strides: 2, padding: { top: 3, bottom: 3, left: 3, right: 3 } },
    { x: [1, 14, 14, 64], kernel: [3, 3, 64] },
  ];
  test.each(layers.map((shape) => [title(shape), shape] as const))('%s', async (_, shape) => {
    const case_ = operationCase(conv2d, operation(shape), ['bias', 'relu6']);
    const variant = conv2d.defaultVariant(case_.problem, await kernelTarget());
    expect(await expectAgreement({ ...case_, variants: [variant.name] })).toEqual([variant.name]);
  });
});

test('float16 weights', async (context) => {
  const target = await kernelTarget();
  const case_ = operationCase(conv2d, operation({ x: [1, 7, 6, 8], kernel: [3, 3, 8] }, 'float16'), ['bias']);
  if (!target.features.has('shader-f16')) {
    for (const variant of conv2d.variants) expect(variant.supports(case_.problem, target)).toBe(false);
    context.skip('the adapter has no shader-f16');
  }
  await expectAgreement({ ...case_, variants: quick });
  await expectAgreement({
    ...operationCase(conv2d, operation({ x: [1, 7, 6, 5], kernel: [3, 3, 5] }, 'float16')),
    variants: quick,
  });
});

test('cost', () => {
  const shape: Shape = { x: [2, 6, 5, 3], kernel: [3, 3, 12], strides: 2 };
  const { problem } = operationCase(conv2d, operation(shape), ['bias', 'relu6']);
  const elements = 2 * 3 * 3 * 12;
  expect(conv2d.cost(problem)).toEqual({
    operations: elements * (2 * 27 + 3),
    bytesRead: 4 * (2 * 6 * 5 * 3 + 27 * 12 + 12),
    bytesWritten: 4 * elements,
  });
});
