import { describe, expect, test } from 'vitest';
import { conv2d, depthwiseConv2d } from '../../engine/graph/convolution.ts';
import {
  depthwiseConv2dInputGradient as depthwiseInput,
  depthwiseConv2dKernelGradient as depthwiseKernel,
  conv2dInputGradient as directInput,
  conv2dKernelGradient as directKernel,
} from '../../engine/graph/convolution-gradient.ts';
import { globalAveragePoolGradient as poolGradient } from '../../engine/graph/global-average-pool-gradient.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { type Operation, topologicalOrder, type Value } from '../../engine/graph/value.ts';
import { conv2dInputGradient } from '../../kernels/conv2d_input_gradient.ts';
import { conv2dKernelGradient } from '../../kernels/conv2d_kernel_gradient.ts';
import type {
  InputGradientProblem,
  KernelGradientProblem,
} from '../../kernels/convolution/gradient-geometry.ts';
import { depthwiseConv2dInputGradient } from '../../kernels/depthwise_conv2d_input_gradient.ts';
import { depthwiseConv2dKernelGradient } from '../../kernels/depthwise_conv2d_kernel_gradient.ts';
import { globalAveragePoolGradient } from '../../kernels/global_average_pool_gradient.ts';
import type { EpilogueStep, Kernel } from '../../kernels/kernel.ts';
import { expectAgreement, expectAllSupport } from './against-reference.ts';
import { type ConvolutionShape, title } from './convolution-case.ts';
import { compilesSlowly, operationCase } from './operation-case.ts';
import { kernelTarget } from './run-kernel.ts';
import '../../engine/training.ts';

interface Shape extends ConvolutionShape<[number, number]> {
  /** O of a full convolution. Default 12. */
  readonly outputs?: number;
}

type Convolution = Extract<Operation, { readonly kind: 'conv2d' | 'depthwise_conv2d' }>;

/** The four gradients of a shape: the value whose kernel is tested. */
function values(
  { x, kernel, strides = 1, padding = 'same', outputs = 12 }: Shape,
  wType: 'float32' | 'float16' = 'float32',
) {
  const image = input('x', x);
  const w = parameter('w', [...kernel, x[3], outputs], wType);
  const filter = parameter('f', [...kernel, x[3]], wType);
  const full = conv2d(image, w, { strides, padding });
  const ofEach = depthwiseConv2d(image, filter, { strides, padding });
  const attributes = full.operation as Convolution;
  const [dFull, dEach] = [input('dy', full.shape), input('dy', ofEach.shape)];
  const parts = (sum: Value) =>
    topologicalOrder({ outputs: { sum } }).find(({ operation }) => operation.kind.endsWith('_parts'))!;
  return {
    directInput: directInput(dFull, w, x, attributes),
    depthwiseInput: depthwiseInput(dEach, filter, x, attributes),
    directKernel: parts(directKernel(image, dFull, w.shape, attributes)),
    depthwiseKernel: parts(depthwiseKernel(image, dEach, filter.shape, attributes)),
  };
}

const inputGradients: readonly ['directInput' | 'depthwiseInput', Kernel<InputGradientProblem>][] = [
  ['directInput', conv2dInputGradient],
  ['depthwiseInput', depthwiseConv2dInputGradient],
];
const kernelGradients: readonly ['directKernel' | 'depthwiseKernel', Kernel<KernelGradientProblem>][] = [
  ['directKernel', conv2dKernelGradient],
  ['depthwiseKernel', depthwiseConv2dKernelGradient],
];

const shapes: Shape[] = [
  { x: [1, 1, 1, 1], kernel: [1, 1] },
  { x: [2, 5, 7, 4], kernel: [3, 3] },
  { x: [1, 9, 9, 3], kernel: [3, 3], strides: 2 },
  { x: [1, 10, 10, 8], kernel: [3, 3], strides: 2 },
  { x: [3, 14, 13, 36], kernel: [3, 3], strides: 2, padding: 'valid' },
  { x: [1, 10, 11, 4], kernel: [3, 3], strides: 3 },
  { x: [2, 8, 6, 4], kernel: [1, 1], strides: 2 },
  { x: [1, 12, 17, 4], kernel: [7, 7], strides: [1, 2], outputs: 8 },
  { x: [1, 6, 19, 8], kernel: [1, 7], outputs: 4 },
  { x: [1, 40, 17, 4], kernel: [2, 3], strides: [3, 2], padding: 'valid' },
  { x: [1, 4, 5, 8], kernel: [2, 3], strides: [2, 1], padding: { top: 3, bottom: 1, left: 0, right: 4 } },
  { x: [2, 6, 7, 8], kernel: [3, 5], strides: 2, padding: { top: 0, bottom: 4, left: 5, right: 1 } },
  { x: [1, 8, 8, 5], kernel: [5, 3], strides: [1, 3], outputs: 7 },
];
const named = (list: Shape[]) => list.map((shape) => [title(shape), shape] as const);

const slowCompiler = await compilesSlowly();
/** What the adapter compiles in reasonable time on many shapes: everything, or the defaults and what takes any size. */
const quick = (kernel: { readonly variants: readonly { readonly name: string }[] }) => {
  const names = kernel.variants.map(({ name }) => name);
  // Firefox, where compiling is slow, has no subgroups for the quads.
  const first = names.find((name) => !name.startsWith('quad'));
  return slowCompiler ? names.filter((name) => name === first || name.startsWith('scalar')) : names;
};

describe.each(inputGradients)('%s', (name, kernel) => {
  test.each(named(shapes))('%s', async (_, shape) => {
    const ran = await expectAgreement({
      ...operationCase(kernel, values(shape)[name]),
      variants: quick(kernel),
    });
    if (shape.x[3] % 4 === 0 && `${shape.strides}` !== '3') expect(ran.length).toBeGreaterThanOrEqual(2);
  });

  const epilogues: readonly EpilogueStep[][] = [
    ['relu6_gradient'],
    ['bias', 'relu'],
    ['add', 'multiply', 'tanh_gradient', 'add'],
  ];
  test.each(epilogues.map((steps) => [steps.join(' → '), steps] as const))('%s', async (_, steps) => {
    const value = values({ x: [2, 6, 5, 12], kernel: [3, 3], strides: 2 })[name];
    await expectAgreement({ ...operationCase(kernel, value, steps), variants: quick(kernel) });
  });

  test('each variant supports a plain problem', async () => {
    await expectAllSupport(
      kernel,
      operationCase(kernel, values({ x: [2, 9, 10, 36], kernel: [3, 3] })[name]).problem,
    );
  });

  test('float16 weights', async (context) => {
    const target = await kernelTarget();
    const case_ = operationCase(kernel, values({ x: [1, 7, 6, 8], kernel: [3, 3] }, 'float16')[name]);
    if (!target.features.has('shader-f16')) {
      for (const variant of kernel.variants) expect(variant.supports(case_.problem, target)).toBe(false);
      context.skip('the adapter has no shader-f16');
    }
    await expectAgreement({ ...case_, variants: quick(kernel) });
  });
});

describe.each(kernelGradients)('%s', (name, kernel) => {
  test.each(named([...shapes, { x: [2, 23, 61, 4], kernel: [3, 3] }]))('%s', async (_, shape) => {
    const ran = await expectAgreement({
      ...operationCase(kernel, values(shape)[name]),
      variants: quick(kernel),
    });
    if (shape.x[3] % 4 === 0 && shape.kernel[0] < 7) expect(ran.length).toBeGreaterThanOrEqual(2);
  });

  test('each variant supports a plain problem', async () => {
    const { problem } = operationCase(
      kernel,
      values({ x: [2, 9, 10, 36], kernel: [3, 3], outputs: 16 })[name],
    );
    await expectAllSupport(kernel, problem);
  });

  test('parts are several where images are large', () => {
    expect(values({ x: [2, 23, 61, 4], kernel: [3, 3] })[name].shape[0]).toBe(2 * 5 * 3);
  });
});

describe('the default variants on layers of MobileNet v1', () => {
  const layers: Shape[] = [
    { x: [1, 112, 112, 32], kernel: [3, 3] },
    { x: [1, 112, 112, 64], kernel: [3, 3], strides: 2 },
    { x: [2, 14, 14, 512], kernel: [3, 3], strides: 2 },
    { x: [3, 7, 7, 1024], kernel: [3, 3] },
  ];
  test.each(named(layers))('%s', async (_, shape) => {
    const target = await kernelTarget();
    const { depthwiseInput, depthwiseKernel } = values(shape);
    const dx = operationCase(depthwiseConv2dInputGradient, depthwiseInput, ['relu6_gradient']);
    const dw = operationCase(depthwiseConv2dKernelGradient, depthwiseKernel);
    await expectAgreement({
      ...dx,
      variants: [depthwiseConv2dInputGradient.defaultVariant(dx.problem, target).name],
    });
    await expectAgreement({
      ...dw,
      variants: [depthwiseConv2dKernelGradient.defaultVariant(dw.problem, target).name],
    });
  });

  test('the first one', async () => {
    const { directKernel } = values({ x: [1, 224, 224, 3], kernel: [3, 3], strides: 2, outputs: 32 });
    const dw = operationCase(conv2dKernelGradient, directKernel);
    const { name } = conv2dKernelGradient.defaultVariant(dw.problem, await kernelTarget());
    expect(await expectAgreement({ ...dw, variants: [name] })).toEqual([name]);
  });
});

describe('global average pooling', () => {
  test.each([
    [1, 7, 7, 1024],
    [2, 7, 5, 3],
    [3, 1, 1, 5],
    [65, 3, 4, 12],
  ])('[%i, %i, %i, %i]', async (...shape) => {
    const dx = poolGradient(input('dy', [shape[0], shape[3]]), shape);
    await expectAgreement(operationCase(globalAveragePoolGradient, dx));
    await expectAgreement(operationCase(globalAveragePoolGradient, dx, ['bias', 'relu6_gradient']));
  });
});

test.each([
  conv2dInputGradient,
  conv2dKernelGradient,
  depthwiseConv2dInputGradient,
  depthwiseConv2dKernelGradient,
])('no two variants of $name share a name', ({ variants }) => {
  expect(new Set(variants.map(({ name }) => name)).size).toBe(variants.length);
});

describe('cost', () => {
  const shape: Shape = { x: [2, 6, 5, 12], kernel: [3, 3], strides: 2, outputs: 8 };
  const [x, places] = [2 * 6 * 5 * 12, 2 * 3 * 3];

  test('input gradient', () => {
    const { problem } = operationCase(conv2dInputGradient, values(shape).directInput, ['relu6_gradient']);
    expect(conv2dInputGradient.cost(problem)).toMatchObject({
      bytesRead: 4 * (places * 8 + 9 * 12 * 8 + x),
      bytesWritten: 4 * x,
    });
  });

  test('kernel gradient', () => {
    const { problem } = operationCase(depthwiseConv2dKernelGradient, values(shape).depthwiseKernel);
    expect(depthwiseConv2dKernelGradient.cost(problem)).toEqual({
      operations: 2 * places * 12 * 9,
      bytesRead: 4 * (x + places * 12),
      bytesWritten: 4 * 2 * 9 * 12,
    });
  });
});
