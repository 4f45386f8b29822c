/** Memory layouts: the weight files are channels-last, ONNX is channels-first. */

/**
 * Reorders the axes of a row-major array.
 *
 * @param shape of `data`
 * @param order axis `i` of the result is axis `order[i]` of `data`
 * @throws RangeError where the length does not fit the shape.
 */
export function transpose(
  data: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array<ArrayBuffer> {
  const count = shape.reduce((product, size) => product * size, 1);
  if (data.length !== count) {
    throw new RangeError(
      `transpose: ${data.length} elements do not fill [${shape.join(', ')}]; pass ${count}.`,
    );
  }
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const result = new Float32Array(count);
  const position = sizes.map(() => 0);
  let source = 0;
  for (let target = 0; target < count; target++) {
    result[target] = data[source]!;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      source += steps[axis]!;
      position[axis]! += 1;
      if (position[axis]! < sizes[axis]!) break;
      source -= steps[axis]! * sizes[axis]!;
      position[axis] = 0;
    }
  }
  return result;
}

/** `[B, H, W, C]` to `[B, C, H, W]`. */
export function imagesToChannelsFirst(data: Float32Array, shape: readonly [number, number, number, number]) {
  return transpose(data, shape, [0, 3, 1, 2]);
}

/** `[kh, kw, in, out]` to ONNX's `[out, in, kh, kw]`. */
export function kernelToOnnx(data: Float32Array, shape: readonly [number, number, number, number]) {
  return transpose(data, shape, [3, 2, 0, 1]);
}

/** `[kh, kw, C]` to ONNX's `[C, 1, kh, kw]` with C groups. */
export function depthwiseKernelToOnnx(data: Float32Array, shape: readonly [number, number, number]) {
  return transpose(data, shape, [2, 0, 1]);
}

/** A score that softmax turns into 0. */
const excluded = -1e9;

/**
 * Rows of ragged collections, each collection filled up with zeros to the length M of the longest.
 *
 * @param data `[ΣM, width]`
 * @returns `[C, M, width]`
 */
export function padRows(data: Float32Array, width: number, counts: readonly number[]): Float32Array {
  const longest = Math.max(...counts);
  const padded = new Float32Array(counts.length * longest * width);
  let row = 0;
  counts.forEach((count, collection) => {
    padded.set(data.subarray(row * width, (row + count) * width), collection * longest * width);
    row += count;
  });
  return padded;
}

/** `[C, M]`: 0 for a row of the collection, −1e9 for padding; to be added to attention scores. */
export function paddedMask(counts: readonly number[]): Float32Array {
  const longest = Math.max(...counts);
  const mask = new Float32Array(counts.length * longest).fill(excluded);
  counts.forEach((count, collection) => {
    mask.fill(0, collection * longest, collection * longest + count);
  });
  return mask;
}

/** `[C, N]`: 0 where a row belongs to a collection, else −1e9; to be added to attention scores. */
export function membershipMask(counts: readonly number[]): Float32Array {
  const rows = counts.reduce((total, count) => total + count, 0);
  const mask = new Float32Array(counts.length * rows).fill(excluded);
  let row = 0;
  counts.forEach((count, collection) => {
    mask.fill(0, collection * rows + row, collection * rows + row + count);
    row += count;
  });
  return mask;
}
