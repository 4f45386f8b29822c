/** Backward operations of ragged batches and of softmax. Formulas are in the docstrings of the graph's functions. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import { checkOffsets } from '../data/ragged.ts';

type Operands = readonly Float64Array[];

/** Calls for every set and each of its rows. */
function forEachRow(
  offsets: Float64Array,
  capacity: number,
  visit: (row: number, set: number, count: number) => void,
): void {
  checkOffsets(offsets, capacity);
  for (let b = 0; b + 1 < offsets.length; b++) {
    const [first, end] = [offsets[b]!, offsets[b + 1]!];
    for (let m = first; m < end; m++) visit(m, b, end - first);
  }
}

export function segmentOuter({ output }: KernelProblem, [w, y, offsets]: Operands): Float64Array {
  const [capacity, features] = output.shape as [number, number];
  const dx = new Float64Array(capacity * features);
  const step = y!.length === features ? 0 : features;
  forEachRow(offsets!, capacity, (m, b) => {
    for (let k = 0; k < features; k++) dx[m * features + k] = w![m]! * y![b * step + k]!;
  });
  return dx;
}

export function segmentMeanGradient({ output }: KernelProblem, [dy, offsets]: Operands): Float64Array {
  const [capacity, features] = output.shape as [number, number];
  const dx = new Float64Array(capacity * features);
  forEachRow(offsets!, capacity, (m, b, count) => {
    for (let k = 0; k < features; k++) dx[m * features + k] = dy![b * features + k]! / count;
  });
  return dx;
}

export function segmentSoftmaxGradient(_: unknown, [w, dw, offsets]: Operands): Float64Array {
  const sums = new Float64Array(offsets!.length - 1);
  forEachRow(offsets!, w!.length, (m, b) => {
    sums[b] = sums[b]! + w![m]! * dw![m]!;
  });
  const de = new Float64Array(w!.length);
  forEachRow(offsets!, w!.length, (m, b) => {
    de[m] = w![m]! * (dw![m]! - sums[b]!);
  });
  return de;
}

export function softmaxGradient({ output }: KernelProblem, [y, dy]: Operands): Float64Array {
  const columns = output.shape[1]!;
  const dx = new Float64Array(y!.length);
  for (let row = 0; row < y!.length; row += columns) {
    let sum = 0;
    for (let c = row; c < row + columns; c++) sum += y![c]! * dy![c]!;
    for (let c = row; c < row + columns; c++) dx[c] = y![c]! * (dy![c]! - sum);
  }
  return dx;
}
