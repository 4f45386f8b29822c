/** Training operations in float64. Loaded with `engine/training.ts`. */

import type { TrainingOperationKind } from '../graph/training-operation.ts';
import { elementCount } from '../graph/value.ts';
import {
  batchMoments,
  batchMomentsParts,
  batchNormalize,
  batchNormalizeGradient,
  batchNormalizeSumsParts,
  row,
} from './batch-normalization.ts';
import {
  conv2dInputGradient,
  conv2dKernelGradientParts,
  depthwiseConv2dInputGradient,
  depthwiseConv2dKernelGradientParts,
} from './convolution-gradient.ts';
import { dropout } from './dropout.ts';
import { activateGradient } from './epilogue.ts';
import { globalAveragePoolGradient } from './global-average-pool-gradient.ts';
import {
  binaryCrossEntropy,
  binaryCrossEntropyGradient,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from './losses.ts';
import type { Reference } from './reference.ts';
import { gather, rowDistance, rowDistanceGradient, scatterAdd } from './rows.ts';
import {
  segmentMeanGradient,
  segmentOuter,
  segmentSoftmaxGradient,
  softmaxGradient,
} from './segment-gradients.ts';
import { broadcast, mean, scale, subtract, sumOfSquares, sumRows } from './sums.ts';
import { matmulTransposedLeft, matmulTransposedRight } from './transposed-matmul.ts';
import { accumulate, adam, sgd } from './updates.ts';

/** The reference of every training operation. */
export const trainingReferences: { readonly [Kind in TrainingOperationKind]: Reference<Kind> } = {
  after: (_, [x]) => x!.slice(),
  matmul_transposed_right: ({ inputs }, [x, w]) =>
    matmulTransposedRight(x!, w!, inputs[1]!.shape as [number, number]),
  matmul_transposed_left: ({ output }, [x, y]) =>
    matmulTransposedLeft(x!, y!, output.shape as [number, number]),
  relu_gradient: (_, [dy, y]) => activateGradient('relu_gradient', dy!, y!),
  relu6_gradient: (_, [dy, y]) => activateGradient('relu6_gradient', dy!, y!),
  sigmoid_gradient: (_, [dy, y]) => activateGradient('sigmoid_gradient', dy!, y!),
  tanh_gradient: (_, [dy, y]) => activateGradient('tanh_gradient', dy!, y!),
  constant: ({ value, output }) => new Float64Array(elementCount(output.shape)).fill(value),
  clip_factor: ({ maximum }, [squares]) =>
    squares!.map((square) => (Math.sqrt(square) <= maximum ? 1 : maximum / Math.sqrt(square))),
  conv2d_input_gradient: conv2dInputGradient,
  conv2d_kernel_gradient_parts: conv2dKernelGradientParts,
  depthwise_conv2d_input_gradient: depthwiseConv2dInputGradient,
  depthwise_conv2d_kernel_gradient_parts: depthwiseConv2dKernelGradientParts,
  global_average_pool_gradient: globalAveragePoolGradient,
  batch_moments_parts: batchMomentsParts,
  batch_moments: batchMoments,
  batch_normalize: batchNormalize,
  batch_normalize_sums_parts: batchNormalizeSumsParts,
  batch_normalize_gradient: batchNormalizeGradient,
  row,
  segment_outer: segmentOuter,
  segment_mean_gradient: segmentMeanGradient,
  segment_softmax_gradient: segmentSoftmaxGradient,
  softmax_gradient: softmaxGradient,
  gather,
  scatter_add: scatterAdd,
  row_distance: rowDistance,
  row_distance_gradient: rowDistanceGradient,
  sum_rows: sumRows,
  mean,
  sum_of_squares: sumOfSquares,
  broadcast,
  scale,
  subtract,
  dropout,
  binary_cross_entropy: binaryCrossEntropy,
  binary_cross_entropy_gradient: binaryCrossEntropyGradient,
  softmax_cross_entropy: softmaxCrossEntropy,
  softmax_cross_entropy_gradient: softmaxCrossEntropyGradient,
  sgd,
  adam,
  accumulate,
};
