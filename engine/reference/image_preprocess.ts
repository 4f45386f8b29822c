/**
 * Photos to network input in float64: the specification of the resampling filter, and the oracle of the kernel.
 *
 * The filter is an antialiased triangle, separable. On each axis, with scale `s = input / output` and support
 * `r = max(s, 1)`, output i has centre `c = (i + ½) · s`, and input j has weight `max(0, 1 − |j + ½ − c| / r)`;
 * the weights of one output are divided by their sum. No rounding in between. Values v of 0 … 255 become
 * `v / 127.5 − 1`; channels stay in the order red, green, blue; alpha is dropped.
 *
 * Source of the filter: "Filtered Image Rescaling", Schumacher, Graphics Gems III, 1992, its triangle filter with the
 * support widened where a photo shrinks.
 */
import { checkPhotoLayout } from '../data/ragged.ts';

/** A photo's RGBA rows, `width · height · 4` values of 0 … 255. */
export interface ReferencePhoto {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  readonly pixels: ArrayLike<number>;
}

/** The inputs that one output takes on one axis, and their weights, which sum to 1. */
interface Window {
  readonly first: number;
  readonly weights: readonly number[];
}

/** The window of each output on one axis. */
function windows(input: number, output: number): Window[] {
  const scale = input / output;
  const support = Math.max(scale, 1);
  return Array.from({ length: output }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support - 0.5));
    const last = Math.min(input - 1, Math.ceil(centre + support - 0.5));
    const weights: number[] = [];
    for (let j = first; j <= last; j++) {
      weights.push(Math.max(0, 1 - Math.abs(j + 0.5 - centre) / support));
    }
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}

/**
 * Resizes one photo and scales it to [−1, 1].
 *
 * @param height rows of the output
 * @param width columns of the output
 * @returns `[height, width, 3]`, row-major; 0 everywhere where the photo has no pixels.
 */
export function imagePreprocess(photo: ReferencePhoto, height: number, width: number): Float64Array {
  const result = new Float64Array(height * width * 3);
  if (photo.width === 0 || photo.height === 0) return result;
  const across = windows(photo.width, width);
  const down = windows(photo.height, height);
  // Rows first: [photo.height, width, 3].
  const narrowed = new Float64Array(photo.height * width * 3);
  for (let y = 0; y < photo.height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = across[x]!;
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) {
          sum += weights[k]! * photo.pixels[(y * photo.width + first + k) * 4 + channel]!;
        }
        narrowed[(y * width + x) * 3 + channel] = sum;
      }
    }
  }
  for (let y = 0; y < height; y++) {
    const { first, weights } = down[y]!;
    for (let column = 0; column < width * 3; column++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) {
        sum += weights[k]! * narrowed[(first + k) * width * 3 + column]!;
      }
      result[y * width * 3 + column] = sum / 127.5 - 1;
    }
  }
  return result;
}

/**
 * A ragged batch of photos.
 *
 * @param pixels `[capacity, 4]`, the photos' RGBA rows one after the other
 * @param layout `[B, 3]`, for each photo: its first pixel, its height, its width
 * @returns `[B, height, width, 3]`
 * @throws InputError where a photo reaches beyond the capacity.
 */
export function imagePreprocessBatch(
  pixels: Float64Array,
  layout: Float64Array,
  height: number,
  width: number,
): Float64Array {
  checkPhotoLayout(layout, pixels.length / 4);
  const batch = layout.length / 3;
  const size = height * width * 3;
  const result = new Float64Array(batch * size);
  for (let b = 0; b < batch; b++) {
    const [first, photoHeight, photoWidth] = layout.subarray(3 * b, 3 * b + 3) as unknown as number[];
    const end = first! + photoHeight! * photoWidth!;
    const photo = { height: photoHeight!, width: photoWidth!, pixels: pixels.subarray(4 * first!, 4 * end) };
    result.set(imagePreprocess(photo, height, width), b * size);
  }
  return result;
}
