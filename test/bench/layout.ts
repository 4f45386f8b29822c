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
