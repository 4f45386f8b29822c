/** Rows of a table, and distances between rows. Formulas are in the docstrings of the graph's `rows.ts`. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import { checkIndices } from '../data/indices.ts';
import type { DistanceMetric } from '../graph/rows.ts';

type Operands = readonly Float64Array[];
type Metric = { readonly metric: DistanceMetric };

export function gather({ output }: KernelProblem, [table, indices]: Operands): Float64Array {
  const features = output.shape[1]!;
  checkIndices(indices!, table!.length / features);
  const y = new Float64Array(indices!.length * features);
  indices!.forEach((row, m) => {
    y.set(table!.subarray(row * features, (row + 1) * features), m * features);
  });
  return y;
}

export function scatterAdd({ output }: KernelProblem, [dy, indices]: Operands): Float64Array {
  const [rows, features] = output.shape as [number, number];
  checkIndices(indices!, rows);
  const y = new Float64Array(rows * features);
  indices!.forEach((row, m) => {
    for (let k = 0; k < features; k++) {
      y[row * features + k] = y[row * features + k]! + dy![m * features + k]!;
    }
  });
  return y;
}

export function rowDistance({ metric, output }: Metric & KernelProblem, [a, b]: Operands): Float64Array {
  const rows = output.shape[0]!;
  const features = a!.length / rows;
  return Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let i = row * features; i < (row + 1) * features; i++) {
      const difference = a![i]! - b![i]!;
      sum += metric === 'euclidean' ? difference * difference : Math.abs(difference);
    }
    return metric === 'euclidean' ? Math.sqrt(sum) : sum;
  });
}

export function rowDistanceGradient(
  { metric, output }: Metric & KernelProblem,
  [a, b, d, dd]: Operands,
): Float64Array {
  const features = output.shape[1]!;
  return a!.map((element, i) => {
    const row = Math.floor(i / features);
    const difference = element - b![i]!;
    if (metric === 'manhattan') return dd![row]! * Math.sign(difference);
    return d![row] === 0 ? 0 : (dd![row]! * difference) / d![row]!;
  });
}
