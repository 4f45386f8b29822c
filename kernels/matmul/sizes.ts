/** What every variant of the matrix product needs to know. */
import type { KernelProblem } from '../kernel.ts';
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
  return { rows: elementCount(x!.shape) / inner, inner, columns };
}

/** Whether x along K and w along N can be read as vectors of four. */
export function takesVectors(problem: MatmulProblem): boolean {
  const { inner, columns } = matmulSizes(problem);
  return inner % 4 === 0 && columns % 4 === 0;
}
