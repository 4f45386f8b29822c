/** The differentiation rule of each operation that has one. */
import type { OperationKind } from '../graph/value.ts';
import { binaryCrossEntropyRule, softmaxCrossEntropyRule } from './losses.ts';
import type { GradientRule } from './rule.ts';
import {
  broadcastRule,
  dropoutRule,
  meanRule,
  scaleRule,
  subtractRule,
  sumOfSquaresRule,
  sumRowsRule,
} from './sums.ts';

export const rules: Partial<Record<OperationKind, GradientRule>> = {
  sum_rows: sumRowsRule,
  mean: meanRule,
  sum_of_squares: sumOfSquaresRule,
  broadcast: broadcastRule,
  scale: scaleRule,
  subtract: subtractRule,
  dropout: dropoutRule,
  binary_cross_entropy: binaryCrossEntropyRule,
  softmax_cross_entropy: softmaxCrossEntropyRule,
};
