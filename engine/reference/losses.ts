/** Losses from logits, and their gradients. Formulas are in the docstrings of the graph's `losses.ts`. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import { softmax } from './reduction.ts';

type Operands = readonly Float64Array[];
type PositiveWeight = { readonly positiveWeight: number };

/** `ln(1 + eᶻ)`, finite for any finite z. */
function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

function sigmoid(z: number): number {
  return z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z));
}

export function binaryCrossEntropy({ positiveWeight }: PositiveWeight, [z, t]: Operands): Float64Array {
  let sum = 0;
  for (let i = 0; i < z!.length; i++) {
    sum += positiveWeight * t![i]! * softplus(-z![i]!) + (1 - t![i]!) * softplus(z![i]!);
  }
  return Float64Array.of(sum / z!.length);
}

export function binaryCrossEntropyGradient(
  { positiveWeight }: PositiveWeight,
  [z, t, dy]: Operands,
): Float64Array {
  return z!.map((logit, i) => {
    const target = t![i]!;
    const slope = (1 - target) * sigmoid(logit) - positiveWeight * target * sigmoid(-logit);
    return (dy![0]! * slope) / z!.length;
  });
}

/** `−Σ_d t[d] ln softmax(z)[d]` of each row. */
export function softmaxCrossEntropy({ output }: KernelProblem, [z, t]: Operands): Float64Array {
  const rows = output.shape[0]!;
  const columns = z!.length / rows;
  return Float64Array.from({ length: rows }, (_, b) => {
    const logits = z!.subarray(b * columns, (b + 1) * columns);
    const largest = logits.reduce((a, c) => Math.max(a, c));
    const logOfSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
    return logits.reduce((sum, logit, d) => sum + t![b * columns + d]! * (logOfSum - (logit - largest)), 0);
  });
}

export function softmaxCrossEntropyGradient({ output }: KernelProblem, [z, t, dy]: Operands): Float64Array {
  const [rows, columns] = output.shape as [number, number];
  const dz = softmax(z!, columns);
  for (let b = 0; b < rows; b++) {
    const targets = t!.subarray(b * columns, (b + 1) * columns);
    const mass = targets.reduce((sum, target) => sum + target, 0);
    for (let d = 0; d < columns; d++) {
      const i = b * columns + d;
      dz[i] = dy![b]! * (dz[i]! * mass - t![i]!);
    }
  }
  return dz;
}
