/** What a reference is. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import type { TrainingOperation, TrainingOperationKind } from '../graph/training-operation.ts';

/** Computes one operation, without its epilogue, from the operands' elements. */
export type Reference<Kind extends TrainingOperationKind = TrainingOperationKind> = (
  problem: Extract<TrainingOperation, { readonly kind: Kind }> & KernelProblem,
  operands: readonly Float64Array[],
) => Float64Array;
