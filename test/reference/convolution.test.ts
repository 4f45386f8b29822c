import { describe, expect, test } from 'vitest';
import { conv2d, depthwiseConv2d, type Padding } from '../../engine/graph/convolution.ts';
import { compare } from '../../engine/reference/compare.ts';
import { array, compute, type Operand, randomArray } from './compute.ts';

const ones = (shape: readonly number[]): Operand =>
  array(shape, new Float64Array(shape.reduce((product, size) => product * size, 1)).fill(1));
const counted = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('padding as TensorFlow documents it', () => {
  // "Notes on padding" of tf.nn: width 13, filter 6, stride 5.
  const row = array([1, 1, 13, 1], counted(13));
  const windows = (padding: Padding): number[] => [
    ...compute((x, w) => conv2d(x, w, { strides: [1, 5], padding }), row, ones([1, 6, 1, 1])),
  ];

  test('SAME pads 1 on the left and 2 on the right', () => {
    expect(windows('same')).toEqual([1 + 2 + 3 + 4 + 5, 5 + 6 + 7 + 8 + 9 + 10, 10 + 11 + 12 + 13]);
  });

  test('VALID drops the last two', () => {
    expect(windows('valid')).toEqual([1 + 2 + 3 + 4 + 5 + 6, 6 + 7 + 8 + 9 + 10 + 11]);
  });

  test('stride 2 on an even size pads bottom and right only, on an odd size all around', () => {
    const count = (size: number): number[] => [
      ...compute(
        (x, w) => conv2d(x, w, { strides: 2 }),
        ones([1, size, size, 1]),
        array([3, 3, 1, 1], counted(9)),
      ),
    ];
    const all = 45;
    const [left, top, bottom, right] = [1 + 4 + 7, 1 + 2 + 3, 7 + 8 + 9, 3 + 6 + 9];
    expect(count(4)).toEqual([all, all - right, all - bottom, 1 + 2 + 4 + 5]);
    expect(count(3)).toEqual([5 + 6 + 8 + 9, 4 + 5 + 7 + 8, 2 + 3 + 5 + 6, 1 + 2 + 4 + 5]);
    expect(left + right + top + bottom).toBe(60);
  });
});

/** The definition, one output at a time, one term at a time. */
function fromDefinition(
  x: Operand,
  w: Operand,
  [outputHeight, outputWidth]: readonly [number, number],
  [down, across]: readonly [number, number],
  { top, left }: { top: number; left: number },
): number[] {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const [kernelHeight, kernelWidth, , outputs] = w.shape as [number, number, number, number];
  const pixel = (b: number, row: number, column: number, c: number): number =>
    row < 0 || column < 0 || row >= height || column >= width
      ? 0
      : x.numbers[((b * height + row) * width + column) * channels + c]!;
  const y: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < outputHeight; i++)
      for (let j = 0; j < outputWidth; j++)
        for (let o = 0; o < outputs; o++) {
          let sum = 0;
          for (let u = 0; u < kernelHeight; u++)
            for (let v = 0; v < kernelWidth; v++)
              for (let c = 0; c < channels; c++)
                sum +=
                  pixel(b, i * down + u - top, j * across + v - left, c) *
                  w.numbers[((u * kernelWidth + v) * channels + c) * outputs + o]!;
          y.push(sum);
        }
  return y;
}

describe('conv2d', () => {
  test.each([
    { x: [2, 5, 7, 3], w: [3, 3, 3, 5], strides: [1, 1], padding: [1, 1, 1, 1], size: [5, 7] },
    { x: [1, 6, 5, 2], w: [3, 2, 2, 4], strides: [2, 3], padding: [0, 1, 2, 0], size: [3, 2] },
    { x: [3, 4, 4, 5], w: [1, 1, 5, 3], strides: [1, 1], padding: [0, 0, 0, 0], size: [4, 4] },
    { x: [1, 3, 3, 1], w: [5, 5, 1, 2], strides: [1, 2], padding: [3, 4, 2, 2], size: [6, 2] },
  ] as const)('$x by $w is what its definition says', ({ x, w, strides, padding, size }) => {
    const [top, bottom, left, right] = padding;
    const [photo, kernel] = [randomArray(x, 1), randomArray(w, 2)];
    const zeros = { top, bottom, left, right };
    const actual = compute((a, b) => conv2d(a, b, { strides, padding: zeros }), photo, kernel);
    const expected = fromDefinition(photo, kernel, size, strides, zeros);
    expect(compare(actual, expected).relativeL2).toBeLessThan(1e-15);
  });
});

describe('depthwise_conv2d', () => {
  test.each([
    { strides: 1, padding: 'same' },
    { strides: 2, padding: 'same' },
    { strides: [1, 2], padding: 'valid' },
    { strides: 1, padding: { top: 0, bottom: 2, left: 1, right: 0 } },
  ] as const)('is conv2d with a diagonal kernel ($strides, $padding)', (options) => {
    const x = randomArray([2, 6, 5, 3], 3);
    const w = randomArray([3, 3, 3], 4);
    const diagonal = new Float64Array(3 * 3 * 3 * 3);
    for (let tap = 0; tap < 9; tap++)
      for (let c = 0; c < 3; c++) diagonal[(tap * 3 + c) * 3 + c] = w.numbers[tap * 3 + c]!;
    const actual = compute((a, b) => depthwiseConv2d(a, b, options), x, w);
    const expected = compute((a, b) => conv2d(a, b, options), x, array([3, 3, 3, 3], diagonal));
    expect(compare(actual, expected).relativeL2).toBeLessThan(1e-15);
  });

  test('channels do not mix', () => {
    const x = array([1, 2, 2, 2], [1, 10, 2, 20, 3, 30, 4, 40]);
    const y = compute(
      (a, b) => depthwiseConv2d(a, b, { padding: 'valid' }),
      x,
      array([2, 2, 2], [1, 0, 1, 0, 1, 0, 1, 2]),
    );
    expect([...y]).toEqual([1 + 2 + 3 + 4, 80]);
  });
});
