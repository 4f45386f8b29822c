/** What is checked of the inputs of training operations. Loaded with `engine/training.ts`. */
import { checkIndices } from '../data/indices.ts';
import type { TrainingOperationKind } from '../graph/training-operation.ts';
import type { DividingOperand } from './check-inputs.ts';

/** Which operand of a training operation points at rows of which other one. */
export const trainingDividingOperands: Partial<Record<TrainingOperationKind, DividingOperand>> = {
  segment_outer: { divided: 0, by: 2 },
  segment_mean_gradient: { divided: 'output', by: 1 },
  segment_softmax_gradient: { divided: 0, by: 2 },
  gather: { divided: 0, by: 1, check: checkIndices },
  scatter_add: { divided: 'output', by: 1, check: checkIndices },
};
