/** What every variant of the matrix product needs to know. */
import type { KernelProblem, TensorSpecification } from '../kernel.ts';
import { elementCount } from '../storage.ts';

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
  return { rows: rowsOf(x!), inner, columns };
}

/** All leading sizes of an operand together. */
export function rowsOf({ shape }: TensorSpecification): number {
  return elementCount(shape) / shape.at(-1)!;
}
