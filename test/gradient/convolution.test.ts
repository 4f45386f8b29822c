import { describe, expect, test } from 'vitest';
import { gradients } from '../../engine/gradient/gradients.ts';
import { conv2d, depthwiseConv2d, type Padding } from '../../engine/graph/convolution.ts';
import {
  conv2dInputGradient,
  depthwiseConv2dKernelGradient,
} from '../../engine/graph/convolution-gradient.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { globalAveragePool } from '../../engine/graph/reduction.ts';
import { mean } from '../../engine/graph/sums.ts';
import { topologicalOrder } from '../../engine/graph/value.ts';
import { expectGradients } from './central-differences.ts';

interface Shape {
  readonly x: [number, number, number, number];
  readonly kernel: [number, number];
  readonly strides?: number | [number, number];
  readonly padding?: Padding;
}

const shapes: [string, Shape][] = [
  ['3×3, same', { x: [2, 5, 4, 3], kernel: [3, 3] }],
  ['3×3, stride 2, even', { x: [1, 6, 6, 2], kernel: [3, 3], strides: 2 }],
  ['3×3, stride 2, odd', { x: [2, 5, 7, 2], kernel: [3, 3], strides: 2 }],
  ['7×7, stride 2', { x: [1, 9, 8, 2], kernel: [7, 7], strides: 2 }],
  ['1×7', { x: [1, 3, 9, 2], kernel: [1, 7] }],
  ['1×1, stride 2', { x: [1, 5, 4, 3], kernel: [1, 1], strides: 2 }],
  [
    'valid, with rows that nothing reads',
    { x: [1, 8, 6, 2], kernel: [2, 3], strides: [3, 2], padding: 'valid' },
  ],
  [
    'padding wider than the kernel',
    { x: [1, 4, 5, 2], kernel: [2, 3], strides: [2, 1], padding: { top: 3, bottom: 1, left: 0, right: 4 } },
  ],
];

describe('convolution', () => {
  test.each([...shapes, ['1×1', { x: [2, 3, 4, 3], kernel: [1, 1] }] as [string, Shape]])(
    '%s',
    (_, { x, kernel, strides = 1, padding = 'same' }) => {
      const [image, w] = [input('x', x), parameter('w', [...kernel, x[3], 4])];
      expectGradients(conv2d(image, w, { strides, padding }), [image, w]);
    },
  );

  test('a 1×1 convolution has the gradients of a matrix product', () => {
    const [image, w] = [input('x', [2, 3, 4, 3]), parameter('w', [1, 1, 3, 5])];
    const loss = mean(conv2d(image, w));
    const [dx, dw] = gradients(loss, [image, w]);
    const kinds = topologicalOrder({ outputs: { dx: dx!, dw: dw! } }).map(({ operation }) => operation.kind);
    expect(kinds.filter((kind) => kind.startsWith('conv2d'))).toEqual([]);
    expect(kinds).toContain('matmul_transposed_right');
    expect(kinds).toContain('matmul_transposed_left');
  });

  test('a kernel gradient adds up many parts', () => {
    const [image, w] = [input('x', [3, 11, 30, 1]), parameter('w', [3, 2, 1, 2])];
    expectGradients(conv2d(image, w, { strides: [1, 1] }), [w]);
  });
});

describe('depthwise convolution', () => {
  test.each(shapes)('%s', (_, { x, kernel, strides = 1, padding = 'same' }) => {
    const [image, w] = [input('x', x), parameter('w', [...kernel, x[3]])];
    expectGradients(depthwiseConv2d(image, w, { strides, padding }), [image, w]);
  });
});

test('global average pooling', () => {
  const image = input('x', [2, 3, 5, 4]);
  expectGradients(globalAveragePool(image), [image]);
});

describe('shapes that do not fit', () => {
  const attributes = { strides: [1, 1], padding: { top: 1, bottom: 1, left: 1, right: 1 } } as const;

  test('dy is not what the convolution gives', () => {
    const [dy, w] = [input('dy', [1, 4, 4, 8]), parameter('w', [3, 3, 2, 8])];
    expect(() => conv2dInputGradient(dy, w, [1, 5, 4, 2], attributes)).toThrow(
      'the convolution gives [1, 5, 4, 8], but dy is [1, 4, 4, 8]',
    );
  });

  test('channels differ', () => {
    const [x, dy] = [input('x', [1, 4, 4, 3]), input('dy', [1, 4, 4, 2])];
    expect(() => depthwiseConv2dKernelGradient(x, dy, [3, 3, 2], attributes)).toThrow(
      'depthwise_conv2d_kernel_gradient_parts: the kernel is for 2 channels',
    );
  });
});
