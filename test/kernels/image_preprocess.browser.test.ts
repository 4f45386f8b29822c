import { describe, expect, test } from 'vitest';
import { randomBits } from '../../engine/random.ts';
import { compare, explain } from '../../engine/reference/compare.ts';
import { evaluate } from '../../engine/reference/evaluate.ts';
import { imagePreprocess } from '../../kernels/image_preprocess.ts';
import type { KernelProblem } from '../../kernels/kernel.ts';
import { tensor } from './against-reference.ts';
import { kernelTarget, runKernel } from './run-kernel.ts';

/** `[height, width]` */
type Size = readonly [number, number];

/** A float32 holds [−1, 1] to 6e-8; sums along a row are exact, so what is left is a sum of some dozens of rows. */
const tolerance = 1e-6;
/** As above for windows of a thousand rows. */
const tolerancePerTallPhoto = 5e-6;

function problemOf(capacity: number, photos: number, [height, width]: Size): KernelProblem {
  return {
    inputs: [tensor([capacity, 4], 'uint8'), tensor([photos, 3], 'uint32')],
    output: tensor([photos, height, width, 3]),
    epilogue: [],
  };
}

/** Photos of noise, one after the other with `gap` pixels of other noise before each. */
function noise(sizes: readonly Size[], gap = 0) {
  const layout = new Uint32Array(sizes.length * 3);
  let capacity = 0;
  for (const [photo, [height, width]] of sizes.entries()) {
    capacity += gap;
    layout.set([capacity, height, width], photo * 3);
    capacity += height * width;
  }
  const pixels = new Uint8Array(capacity * 4);
  const words = new Uint32Array(pixels.buffer);
  for (let index = 0; index < capacity; index++) words[index] = randomBits(21, index);
  return { pixels, layout, capacity };
}

async function check(sizes: readonly Size[], output: Size, gap = 0): Promise<void> {
  const { pixels, layout, capacity } = noise(sizes, gap);
  const problem = problemOf(capacity, sizes.length, output);
  const expected = evaluate({ kind: 'image_preprocess', ...problem }, [
    Float64Array.from(pixels),
    Float64Array.from(layout),
  ]);
  const tall = sizes.some(([height]) => height > 500 * output[0]);
  const target = await kernelTarget();
  expect(imagePreprocess.variants).toContain(imagePreprocess.defaultVariant(problem, target));
  for (const variant of imagePreprocess.variants) {
    expect(variant.supports(problem, target)).toBe(true);
    const actual = await runKernel(variant.build(problem), [pixels, layout], expected.length);
    const { worst, notFinite, ...rest } = compare(actual, expected);
    const message = `${variant.name}: ${explain({ worst, notFinite, ...rest }, problem.output.shape)}`;
    expect(notFinite, message).toBeNull();
    expect(Math.abs(worst.actual - worst.expected), message).toBeLessThan(
      tall ? tolerancePerTallPhoto : tolerance,
    );
  }
}

describe('image_preprocess', () => {
  test.each<[Size, Size]>([
    [
      [3, 5],
      [224, 224],
    ],
    [
      [1, 1],
      [224, 224],
    ],
    [
      [224, 224],
      [224, 224],
    ],
    [
      [298, 224],
      [224, 224],
    ],
    [
      [700, 1000],
      [224, 224],
    ],
    [
      [3, 2000],
      [224, 224],
    ],
    [
      [2000, 3],
      [224, 224],
    ],
    [
      [9000, 2],
      [17, 3],
    ],
    [
      [225, 223],
      [224, 224],
    ],
    [
      [37, 61],
      [5, 7],
    ],
    [
      [5, 7],
      [1, 1],
    ],
    [
      [10, 10],
      [9, 31],
    ],
  ])('a photo of %j to %j', async (size, output) => {
    await check([size], output);
  });

  test('photos of different sizes, with other pixels between them', async () => {
    await check(
      [
        [3, 5],
        [60, 40],
        [1, 1],
        [33, 90],
        [16, 16],
      ],
      [32, 24],
      7,
    );
  });

  test('a photo of one colour stays that colour, to the last bit of alpha', async () => {
    const sizes: Size[] = [[31, 47]];
    const { layout, capacity } = noise(sizes);
    const pixels = new Uint8Array(capacity * 4).map((_, index) => [255, 0, 51, index % 251][index % 4]!);
    const problem = problemOf(capacity, 1, [8, 9]);
    for (const variant of imagePreprocess.variants) {
      const y = await runKernel(variant.build(problem), [pixels, layout], 8 * 9 * 3);
      for (let index = 0; index < y.length; index++) {
        expect(y[index], variant.name).toBeCloseTo([1, -1, -0.6][index % 3]!, 6);
      }
    }
  });

  test('an image that is not resized is only scaled', async () => {
    const { pixels, layout, capacity } = noise([[6, 10]]);
    const problem = problemOf(capacity, 1, [6, 10]);
    for (const variant of imagePreprocess.variants) {
      const y = await runKernel(variant.build(problem), [pixels, layout], capacity * 3);
      for (let index = 0; index < y.length; index++) {
        const colour = pixels[Math.floor(index / 3) * 4 + (index % 3)]!;
        expect(y[index], variant.name).toBeCloseTo(colour / 127.5 - 1, 6);
      }
    }
  });

  test('a photo without pixels gives 0, and a wrong layout reads no further than the capacity', async () => {
    const { pixels, capacity } = noise([[4, 4]]);
    const layout = new Uint32Array([0, 0, 5, 3, 5, 0, 4_000_000_000, 4_000_000_000, 4_000_000_000, 15, 2, 8]);
    const problem = problemOf(capacity, 4, [4, 4]);
    for (const variant of imagePreprocess.variants) {
      const y = await runKernel(variant.build(problem), [pixels, layout], 4 * 48);
      expect(
        y.subarray(0, 96).every((element) => element === 0),
        variant.name,
      ).toBe(true);
      expect(
        y.every((element) => Math.abs(element) <= 1.000001),
        variant.name,
      ).toBe(true);
    }
  });
});
