import { expect, test } from 'vitest';
import { conv2d as convolution, depthwiseConv2d as depthwise } from '../../engine/graph/convolution.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { matmul as product } from '../../engine/graph/matmul.ts';
import { elementCount, type Value } from '../../engine/graph/value.ts';
import { compare, FLOAT32_TOLERANCE, within } from '../../engine/reference/compare.ts';
import { conv2d } from '../../kernels/conv2d.ts';
import { depthwiseConv2d } from '../../kernels/depthwise_conv2d.ts';
import type { Kernel, KernelProblem } from '../../kernels/kernel.ts';
import { matmul } from '../../kernels/matmul.ts';
import { withConstantSizes } from '../../kernels/sizes.ts';
import { operationCase } from './operation-case.ts';
import { kernelTarget, runKernel } from './run-kernel.ts';

async function expectSameWithConstants<Problem extends KernelProblem>(
  kernel: Kernel<Problem>,
  value: Value,
  prefix: string,
): Promise<void> {
  const { problem, inputs } = operationCase(kernel, value, ['bias', 'relu6']);
  const target = await kernelTarget();
  const variant = kernel.variants.find(
    (variant) => variant.name.startsWith(prefix) && variant.supports(problem, target),
  );
  const { sizes, ...program } = variant!.build(problem);
  expect(sizes).toBeDefined();
  const elements = elementCount(problem.output.shape);
  const read = await runKernel({ ...program, sizes: sizes! }, inputs, elements);
  const wgsl = withConstantSizes({ ...program, sizes: sizes! });
  const constant = await runKernel({ ...program, wgsl }, inputs, elements);
  // A compiler that knows the sizes may order sums otherwise.
  expect(within(compare(constant, Float64Array.from(read)), FLOAT32_TOLERANCE)).toBe(true);
}

const image = input('image', [2, 7, 6, 4]);
const quad = (await kernelTarget()).features.has('subgroups') ? 'quad' : 'tile';

test('a matrix product computes the same with its sizes as constants', async () => {
  const value = product(input('x', [13, 16]), parameter('w', [16, 20]));
  await expectSameWithConstants(matmul, value, quad);
});

test('a convolution too', async (context) => {
  if (quad === 'tile') context.skip('the adapter has no subgroups');
  await expectSameWithConstants(conv2d, convolution(image, parameter('w', [3, 3, 4, 8])), quad);
});

test('and a depthwise one', async () => {
  await expectSameWithConstants(depthwiseConv2d, depthwise(image, parameter('w', [3, 3, 4])), 'stream');
});
