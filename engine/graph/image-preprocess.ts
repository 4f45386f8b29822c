/** Photos to network input. */
import { ShapeError } from '../errors.ts';
import { requireSizes } from './check.ts';
import { describe, type Value, value } from './value.ts';

/**
 * A ragged batch of RGBA photos, each resized to one size and scaled to `[−1, 1]`; alpha is dropped.
 *
 * The resampling filter is an antialiased triangle, separable. On each axis, with scale `s = input / output` and
 * support `r = max(s, 1)`, output i has centre `c = (i + ½) · s` and input j has weight
 * `max(0, 1 − |j + ½ − c| / r)`, normalised so that the weights of one output sum to 1. No rounding in between.
 *
 * @param pixels `uint8 [capacity, 4]`, the photos' RGBA rows one after the other
 * @param layout `uint32 [B, 3]`, for each photo: its first pixel, its height, its width
 * @returns `[B, height, width, 3]`
 */
export function imagePreprocess(
  pixels: Value,
  layout: Value,
  { height = 224, width = 224 }: { readonly height?: number; readonly width?: number } = {},
): Value {
  if (pixels.dataType !== 'uint8' || pixels.shape.length !== 2 || pixels.shape[1] !== 4) {
    throw new ShapeError(
      `image_preprocess: pixels must be uint8 [capacity, 4], but they are ${describe(pixels)}.`,
    );
  }
  if (layout.dataType !== 'uint32' || layout.shape.length !== 2 || layout.shape[1] !== 3) {
    throw new ShapeError(`image_preprocess: layout must be uint32 [B, 3], but it is ${describe(layout)}.`);
  }
  requireSizes('image_preprocess', [height, width]);
  return value({ kind: 'image_preprocess' }, [pixels, layout], [layout.shape[0]!, height, width, 3]);
}
