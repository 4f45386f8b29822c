/** What every variant of the matrix product needs to know. */
import type { KernelProblem } from '../kernel.ts';

/** `y[…, n] = Σ_k x[…, k] · w[k, n]`, inputs x `[…, K]`, w `[K, N]`, then the epilogue's operands. */
export type MatmulProblem = KernelProblem;

/** Number of the operation's own operands. */
export const operandCount = 2;

export interface MatmulSizes {
  /** M: all leading sizes of x together. */
  readonly rows: number;
  /** K. */
  readonly inner: number;
  /** N. */
  readonly columns: number;
}

export function matmulSizes({ inputs }: MatmulProblem): MatmulSizes {
  const [x, w] = inputs;
  const [inner, columns] = w!.shape as [number, number];
  const elements = x!.shape.reduce((product, size) => product * size, 1);
  return { rows: elements / inner, inner, columns };
}
