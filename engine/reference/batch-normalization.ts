/** Batch normalisation and its gradients; formulas and sources are in the docstrings of the graph's ops. */
import type { KernelProblem } from '../../kernels/kernel.ts';

type Parts = KernelProblem & { readonly rows: number };
type Normalization = KernelProblem & { readonly epsilon: number };

/** All leading sizes of an operand together, and its last. */
function rowsAndChannels({ shape }: { readonly shape: readonly number[] }): [number, number] {
  const channels = shape.at(-1)!;
  return [shape.reduce((count, size) => count * size, 1) / channels, channels];
}

/** The first row of each part, the distance of its mean from it, the sum of squared distances from the mean; `[P, 3, C]`. */
export function batchMomentsParts(
  { inputs, output, rows }: Parts,
  [x]: readonly Float64Array[],
): Float64Array {
  const [allRows, channels] = rowsAndChannels(inputs[0]!);
  const parts = output.shape[0]!;
  const y = new Float64Array(parts * 3 * channels);
  for (let part = 0; part < parts; part++) {
    const last = Math.min((part + 1) * rows, allRows);
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let r = part * rows; r < last; r++) sum += x![r * channels + c]!;
      const mean = sum / (last - part * rows);
      let squares = 0;
      for (let r = part * rows; r < last; r++) squares += (x![r * channels + c]! - mean) ** 2;
      const first = x![part * rows * channels + c]!;
      y[3 * part * channels + c] = first;
      y[(3 * part + 1) * channels + c] = mean - first;
      y[(3 * part + 2) * channels + c] = squares;
    }
  }
  return y;
}

/** Mean and variance from those of the parts; `[2, C]`. */
export function batchMoments(
  { inputs, rows, allRows }: Parts & { readonly allRows: number },
  [ofParts]: readonly Float64Array[],
): Float64Array {
  const [parts, , channels] = inputs[0]!.shape as [number, number, number];
  const y = new Float64Array(2 * channels);
  const rowsOf = (part: number) => Math.min(rows, allRows - part * rows);
  for (let c = 0; c < channels; c++) {
    const meanOf = (part: number) =>
      ofParts![3 * part * channels + c]! + ofParts![(3 * part + 1) * channels + c]!;
    let sum = 0;
    for (let part = 0; part < parts; part++) sum += rowsOf(part) * meanOf(part);
    const mean = sum / allRows;
    let squares = 0;
    for (let part = 0; part < parts; part++) {
      squares += ofParts![(3 * part + 2) * channels + c]! + rowsOf(part) * (meanOf(part) - mean) ** 2;
    }
    y[c] = mean;
    y[channels + c] = squares / allRows;
  }
  return y;
}

/** `(x − mean) · scale / √(variance + ε) + shift`. */
export function batchNormalize(
  { inputs, epsilon }: Normalization,
  [x, moments, scale, shift]: readonly Float64Array[],
): Float64Array {
  const [, channels] = rowsAndChannels(inputs[0]!);
  return x!.map((element, index) => {
    const c = index % channels;
    const deviation = Math.sqrt(moments![channels + c]! + epsilon);
    return ((element - moments![c]!) / deviation) * scale![c]! + shift![c]!;
  });
}

/** `Σ dy` and `Σ dy · (x − mean) / √(variance + ε)` over each part; `[P, 2, C]`. */
export function batchNormalizeSumsParts(
  { inputs, output, rows, epsilon }: Parts & Normalization,
  [x, moments, dy]: readonly Float64Array[],
): Float64Array {
  const [allRows, channels] = rowsAndChannels(inputs[0]!);
  const y = new Float64Array(output.shape[0]! * 2 * channels);
  for (let r = 0; r < allRows; r++) {
    const part = Math.floor(r / rows);
    for (let c = 0; c < channels; c++) {
      const gradient = dy![r * channels + c]!;
      const normalized =
        (x![r * channels + c]! - moments![c]!) / Math.sqrt(moments![channels + c]! + epsilon);
      const [first, second] = [2 * part * channels + c, (2 * part + 1) * channels + c];
      y[first] = y[first]! + gradient;
      y[second] = y[second]! + gradient * normalized;
    }
  }
  return y;
}

/** `scale / √(variance + ε) · (dy − Σ dy / n − x̂ · Σ dy x̂ / n)`, or without the sums. */
export function batchNormalizeGradient(
  { inputs, epsilon, training }: Normalization & { readonly training: boolean },
  [dy, moments, scale, x, sums]: readonly Float64Array[],
): Float64Array {
  const [rows, channels] = rowsAndChannels(inputs[0]!);
  return dy!.map((gradient, index) => {
    const c = index % channels;
    const deviation = Math.sqrt(moments![channels + c]! + epsilon);
    if (!training) return (scale![c]! / deviation) * gradient;
    const normalized = (x![index]! - moments![c]!) / deviation;
    return (
      (scale![c]! / deviation) * (gradient - sums![c]! / rows - (normalized * sums![channels + c]!) / rows)
    );
  });
}

/** Row `index`. */
export function row(
  { output, index }: KernelProblem & { readonly index: number },
  [x]: readonly Float64Array[],
): Float64Array {
  const count = output.shape.reduce((product, size) => product * size, 1);
  return x!.slice(index * count, (index + 1) * count);
}
