import { describe, expect, test } from 'vitest';
import { uniform } from '../../engine/random.ts';
import { imagePreprocess, imagePreprocessBatch } from '../../engine/reference/image_preprocess.ts';

function photo(width: number, height: number, value: (x: number, y: number, channel: number) => number) {
  const pixels = new Float64Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 4; c++) pixels[(y * width + x) * 4 + c] = value(x, y, c);
    }
  }
  return { width, height, pixels };
}

/** The definition taken literally: every weight of every input pixel, two-dimensional, normalised at the end. */
function literally(source: ReturnType<typeof photo>, height: number, width: number): number[] {
  const weight = (j: number, i: number, input: number, output: number) => {
    const scale = input / output;
    return Math.max(0, 1 - Math.abs(j + 0.5 - (i + 0.5) * scale) / Math.max(scale, 1));
  };
  const result: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        let total = 0;
        for (let y = 0; y < source.height; y++) {
          for (let x = 0; x < source.width; x++) {
            const w = weight(y, row, source.height, height) * weight(x, column, source.width, width);
            sum += w * source.pixels[(y * source.width + x) * 4 + channel]!;
            total += w;
          }
        }
        result.push(sum / total / 127.5 - 1);
      }
    }
  }
  return result;
}

const random = (width: number, height: number, seed: number) =>
  photo(width, height, (x, y, c) => Math.floor(256 * uniform(seed, (y * width + x) * 4 + c)));

describe('imagePreprocess, float64', () => {
  test.each([
    [1, 1, 1, 1],
    [1, 1, 4, 3],
    [2, 1, 3, 5],
    [5, 7, 5, 7],
    [7, 5, 3, 4],
    [3, 4, 7, 9],
    [16, 16, 8, 8],
    [31, 17, 6, 11],
    [40, 3, 5, 6],
  ])('%i×%i to %i×%i is the definition', (inputWidth, inputHeight, height, width) => {
    const source = random(inputWidth, inputHeight, inputWidth + 100 * height);
    const expected = literally(source, height, width);
    const actual = imagePreprocess(source, height, width);
    expect(actual).toHaveLength(expected.length);
    actual.forEach((value, i) => {
      expect(Math.abs(value - expected[i]!), `element ${i}`).toBeLessThan(1e-12);
    });
  });

  test('at the same size nothing changes but the range; alpha has no say', () => {
    const source = photo(2, 1, (x, _, c) => (c === 3 ? 13 : [0, 255, 51][(c + x) % 3]!));
    const expected = [-1, 1, -0.6, 1, -0.6, -1];
    imagePreprocess(source, 1, 2).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 14);
    });
  });

  test('a constant stays constant, whatever the sizes', () => {
    const values = imagePreprocess(
      photo(37, 11, () => 200),
      24,
      23,
    );
    for (const value of values) expect(value).toBeCloseTo(200 / 127.5 - 1, 12);
  });

  test('growing twofold weighs neighbours 3 to 1, at the border nothing but the border', () => {
    const source = photo(2, 1, (x) => (x === 0 ? 0 : 255));
    const red = Array.from({ length: 4 }, (_, i) => imagePreprocess(source, 1, 4)[3 * i]!);
    [-1, -0.5, 0.5, 1].forEach((value, i) => {
      expect(red[i]).toBeCloseTo(value, 14);
    });
  });

  test('a photo without pixels gives zeros', () => {
    expect(imagePreprocess({ width: 0, height: 5, pixels: [] }, 1, 1)).toEqual(new Float64Array(3));
  });

  test('a batch is its photos one after the other', () => {
    const [a, b] = [random(5, 4, 1), random(3, 6, 2)];
    const pixels = new Float64Array([
      ...new Array(8).fill(99),
      ...a.pixels,
      ...b.pixels,
      ...new Array(40).fill(99),
    ]);
    const layout = Float64Array.of(22, 6, 3, 2, 4, 5, 0, 0, 0);
    const batch = imagePreprocessBatch(pixels, layout, 4, 4);
    expect([...batch]).toEqual([
      ...imagePreprocess(b, 4, 4),
      ...imagePreprocess(a, 4, 4),
      ...new Array(48).fill(0),
    ]);
    expect(() => imagePreprocessBatch(pixels, Float64Array.of(40, 6, 3), 4, 4)).toThrow(
      /photo 0 ends at pixel 58/,
    );
  });
});
