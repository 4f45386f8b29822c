/** The differentiation rule of each operation that has one. */
import type { OperationKind } from '../graph/value.ts';
import { batchNormalizeRule } from './batch-normalization.ts';
import { conv2dRule, depthwiseConv2dRule, globalAveragePoolRule } from './convolution.ts';
import {
  addRule,
  multiplyRule,
  relu6Rule,
  reluRule,
  reshapeRule,
  sigmoidRule,
  tanhRule,
} from './elementwise.ts';
import { binaryCrossEntropyRule, softmaxCrossEntropyRule } from './losses.ts';
import { matmulRule, matmulTransposedLeftRule, matmulTransposedRightRule } from './matmul.ts';
import { gatherRule, rowDistanceRule, scatterAddRule } from './rows.ts';
import type { GradientRule } from './rule.ts';
import {
  attentionPoolRule,
  attentionScoresRule,
  segmentMeanRule,
  segmentOuterRule,
  segmentSoftmaxRule,
  segmentWeightedSumRule,
  softmaxRule,
} from './segments.ts';
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
  conv2d: conv2dRule,
  depthwise_conv2d: depthwiseConv2dRule,
  global_average_pool: globalAveragePoolRule,
  batch_normalize: batchNormalizeRule,
  matmul: matmulRule,
  matmul_transposed_right: matmulTransposedRightRule,
  matmul_transposed_left: matmulTransposedLeftRule,
  add: addRule,
  multiply: multiplyRule,
  relu: reluRule,
  relu6: relu6Rule,
  sigmoid: sigmoidRule,
  tanh: tanhRule,
  reshape: reshapeRule,
  softmax: softmaxRule,
  attention_scores: attentionScoresRule,
  segment_softmax: segmentSoftmaxRule,
  segment_weighted_sum: segmentWeightedSumRule,
  segment_mean: segmentMeanRule,
  attention_pool: attentionPoolRule,
  segment_outer: segmentOuterRule,
  gather: gatherRule,
  scatter_add: scatterAddRule,
  row_distance: rowDistanceRule,
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
