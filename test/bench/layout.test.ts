import { expect, test } from 'vitest';
import {
  depthwiseKernelToOnnx,
  imagesToChannelsFirst,
  kernelToOnnx,
  membershipMask,
  paddedMask,
  padRows,
  transpose,
} from './layout.ts';

function iota(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => index);
}

test('a matrix is transposed', () => {
  expect([...transpose(iota(6), [2, 3], [1, 0])]).toEqual([0, 3, 1, 4, 2, 5]);
});

test('every element of a kernel lands where ONNX looks for it', () => {
  const [kh, kw, inputs, outputs] = [3, 2, 4, 5] as const;
  const kernel = iota(kh * kw * inputs * outputs);
  const onnx = kernelToOnnx(kernel, [kh, kw, inputs, outputs]);
  for (let y = 0; y < kh; y++)
    for (let x = 0; x < kw; x++)
      for (let i = 0; i < inputs; i++)
        for (let o = 0; o < outputs; o++) {
          expect(onnx[((o * inputs + i) * kh + y) * kw + x]).toBe(
            kernel[((y * kw + x) * inputs + i) * outputs + o],
          );
        }
});

test('depthwise kernels and images put channels first', () => {
  // 1×2 pixels of 3 channels.
  expect([...depthwiseKernelToOnnx(iota(6), [1, 2, 3])]).toEqual([0, 3, 1, 4, 2, 5]);
  expect([...imagesToChannelsFirst(iota(12), [2, 1, 2, 3])]).toEqual([0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11]);
});

test('data of another size than the shape is refused', () => {
  expect(() => transpose(iota(5), [2, 3], [1, 0])).toThrow('5 elements do not fill [2, 3]');
});

test('rows of ragged collections are padded to the longest, and a mask says which are real', () => {
  expect([...padRows(iota(6), 2, [1, 2])]).toEqual([0, 1, 0, 0, 2, 3, 4, 5]);
  expect([...paddedMask([1, 2])]).toEqual([0, Math.fround(-1e9), 0, 0]);
});

test('a mask says which row belongs to which collection', () => {
  const no = Math.fround(-1e9);
  expect([...membershipMask([1, 2])]).toEqual([0, no, no, no, 0, 0]);
});
