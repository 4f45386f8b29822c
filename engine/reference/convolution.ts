/** Convolutions of images in NHWC layout; formulas and sources are in the docstrings of the graph's ops. */
import type { Convolution2dAttributes } from '../graph/value.ts';
import { accumulateProduct } from './matmul.ts';

type Shape4 = readonly [number, number, number, number];

/**
 * `y[b, i, j, o] = Σ_{u, v, c} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c, o]`, zeros outside.
 *
 * The patches that one row of outputs sees are copied side by side; then the sum is a matrix product.
 */
export function conv2d(
  x: Float64Array,
  [, height, width, channels]: Shape4,
  w: Float64Array,
  [kernelHeight, kernelWidth, , outputs]: Shape4,
  [batch, outputHeight, outputWidth]: Shape4,
  { strides: [down, across], padding: { top, left } }: Convolution2dAttributes,
): Float64Array {
  const y = new Float64Array(batch * outputHeight * outputWidth * outputs);
  const patch = kernelHeight * kernelWidth * channels;
  const patches = new Float64Array(outputWidth * patch);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < outputHeight; i++) {
      patches.fill(0);
      for (let j = 0; j < outputWidth; j++) {
        for (let u = 0; u < kernelHeight; u++) {
          const row = i * down + u - top;
          if (row < 0 || row >= height) continue;
          for (let v = 0; v < kernelWidth; v++) {
            const column = j * across + v - left;
            if (column < 0 || column >= width) continue;
            const from = ((b * height + row) * width + column) * channels;
            const to = j * patch + (u * kernelWidth + v) * channels;
            for (let c = 0; c < channels; c++) patches[to + c] = x[from + c]!;
          }
        }
      }
      accumulateProduct(patches, w, y, (b * outputHeight + i) * outputWidth, [outputWidth, patch, outputs]);
    }
  }
  return y;
}

/** `y[b, i, j, c] = Σ_{u, v} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c]`, zeros outside. */
export function depthwiseConv2d(
  x: Float64Array,
  [, height, width, channels]: Shape4,
  w: Float64Array,
  [kernelHeight, kernelWidth]: readonly [number, number, number],
  [batch, outputHeight, outputWidth]: Shape4,
  { strides: [down, across], padding: { top, left } }: Convolution2dAttributes,
): Float64Array {
  const y = new Float64Array(batch * outputHeight * outputWidth * channels);
  let to = 0;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < outputHeight; i++) {
      for (let j = 0; j < outputWidth; j++, to += channels) {
        for (let u = 0; u < kernelHeight; u++) {
          const row = i * down + u - top;
          if (row < 0 || row >= height) continue;
          for (let v = 0; v < kernelWidth; v++) {
            const column = j * across + v - left;
            if (column < 0 || column >= width) continue;
            const from = ((b * height + row) * width + column) * channels;
            const weight = (u * kernelWidth + v) * channels;
            for (let c = 0; c < channels; c++) y[to + c] = y[to + c]! + x[from + c]! * w[weight + c]!;
          }
        }
      }
    }
  }
  return y;
}
