/** Which kernel computes which training operation. Loaded with `engine/training.ts`. */

import { activationGradients } from '../../kernels/activation_gradients.ts';
import { batchMoments } from '../../kernels/batch_moments.ts';
import { batchMomentsParts } from '../../kernels/batch_moments_parts.ts';
import { batchNormalize } from '../../kernels/batch_normalize.ts';
import { batchNormalizeGradient } from '../../kernels/batch_normalize_gradient.ts';
import { batchNormalizeSums } from '../../kernels/batch_normalize_sums.ts';
import { binaryCrossEntropy, binaryCrossEntropyGradient } from '../../kernels/binary_cross_entropy.ts';
import { clipFactor } from '../../kernels/clip_factor.ts';
import { conv2dInputGradient } from '../../kernels/conv2d_input_gradient.ts';
import { conv2dKernelGradient } from '../../kernels/conv2d_kernel_gradient.ts';
import { depthwiseConv2dInputGradient } from '../../kernels/depthwise_conv2d_input_gradient.ts';
import { depthwiseConv2dKernelGradient } from '../../kernels/depthwise_conv2d_kernel_gradient.ts';
import { dropout } from '../../kernels/dropout.ts';
import { fill } from '../../kernels/fill.ts';
import { gather } from '../../kernels/gather.ts';
import { globalAveragePoolGradient } from '../../kernels/global_average_pool_gradient.ts';
import type { Kernel } from '../../kernels/kernel.ts';
import { matmulTransposedLeft } from '../../kernels/matmul_transposed_left.ts';
import { matmulTransposedRight } from '../../kernels/matmul_transposed_right.ts';
import { mean } from '../../kernels/mean.ts';
import { row } from '../../kernels/row.ts';
import { rowDistance, rowDistanceGradient } from '../../kernels/row_distance.ts';
import { broadcast, scale } from '../../kernels/scale.ts';
import { scatterAdd } from '../../kernels/scatter_add.ts';
import { segmentMeanGradient } from '../../kernels/segment_mean_gradient.ts';
import { segmentOuter } from '../../kernels/segment_outer.ts';
import { segmentSoftmaxGradient } from '../../kernels/segment_softmax_gradient.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyGradient } from '../../kernels/softmax_cross_entropy.ts';
import { softmaxGradient } from '../../kernels/softmax_gradient.ts';
import { subtract } from '../../kernels/subtract.ts';
import { sumOfSquares } from '../../kernels/sum_of_squares.ts';
import { sumRows } from '../../kernels/sum_rows.ts';
import { accumulate, adam, sgd } from '../../kernels/update.ts';
import type { TrainingOperationKind } from '../graph/training-operation.ts';

/** Every training operation but those that cost nothing. */
export const trainingKernels: Record<Exclude<TrainingOperationKind, 'after'>, Kernel> = {
  constant: fill,
  matmul_transposed_right: matmulTransposedRight,
  matmul_transposed_left: matmulTransposedLeft,
  ...activationGradients,
  conv2d_input_gradient: conv2dInputGradient,
  conv2d_kernel_gradient_parts: conv2dKernelGradient,
  depthwise_conv2d_input_gradient: depthwiseConv2dInputGradient,
  depthwise_conv2d_kernel_gradient_parts: depthwiseConv2dKernelGradient,
  global_average_pool_gradient: globalAveragePoolGradient,
  batch_moments_parts: batchMomentsParts,
  batch_moments: batchMoments,
  batch_normalize: batchNormalize,
  batch_normalize_sums_parts: batchNormalizeSums,
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
  clip_factor: clipFactor,
  sgd,
  adam,
  accumulate,
};
