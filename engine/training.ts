/**
 * Training: the second public face of the engine. Notebook cells import it as `warpbook/training`. Importing it makes the
 * kernels and references of training operations known.
 */
import { registerKernels, training } from './plan/kernels.ts';
import { schedule } from './plan/schedule.ts';
import { trainingKernels } from './plan/training-kernels.ts';
import { registerReferences } from './reference/evaluate.ts';
import { trainingReferences } from './reference/training.ts';
import { dividingOperands } from './run/check-inputs.ts';
import { trainingDividingOperands } from './run/training-inputs.ts';

registerKernels(trainingKernels);
training.schedule = schedule;
registerReferences(trainingReferences as Parameters<typeof registerReferences>[0]);
Object.assign(dividingOperands, trainingDividingOperands);

export { type GradientOptions, gradients } from './gradient/gradients.ts';
export {
  relu6Gradient,
  reluGradient,
  sigmoidGradient,
  tanhGradient,
} from './graph/activation-gradients.ts';
export { after, constant } from './graph/after.ts';
export {
  type BatchNormalizationOptions,
  batchMoments,
  batchNormalize,
  batchNormalizeGradient,
  batchNormalizeSums,
} from './graph/batch-normalization.ts';
export {
  conv2dInputGradient,
  conv2dKernelGradient,
  depthwiseConv2dInputGradient,
  depthwiseConv2dKernelGradient,
} from './graph/convolution-gradient.ts';
export { dropout } from './graph/dropout.ts';
export { globalAveragePoolGradient } from './graph/global-average-pool-gradient.ts';
export { binaryCrossEntropy, softmaxCrossEntropy } from './graph/losses.ts';
export { row } from './graph/row.ts';
export { type DistanceMetric, gather, rowDistance, scatterAdd } from './graph/rows.ts';
export {
  segmentMeanGradient,
  segmentOuter,
  segmentSoftmaxGradient,
  softmaxGradient,
} from './graph/segment-gradients.ts';
export { broadcast, mean, scale, subtract, sumOfSquares, sumRows } from './graph/sums.ts';
export { matmulTransposedLeft, matmulTransposedRight } from './graph/transposed-matmul.ts';
export { accumulate, adamUpdate, sgdUpdate } from './graph/updates.ts';
export {
  type AggregationHeadTrainingOptions,
  aggregationHeadLoss,
} from './models/aggregation-head-training.ts';
export { readAggregationHead, serializeAggregationHead } from './models/aggregation-head-weights.ts';
export {
  foldBatchNormalization,
  type InsertOptions,
  insertBatchNormalization,
  type PhotoBatches,
} from './models/mobilenet_v1_batch_normalization.ts';
export {
  type MobilenetV1Training,
  type MobilenetV1TrainingOptions,
  mobilenetV1Training,
} from './models/mobilenet_v1_training.ts';
export {
  initializePhotoClassifier,
  type PhotoClassifier,
  type PhotoClassifierOptions,
  photoClassifier,
} from './models/photo-classifier.ts';
export { CheckpointError } from './train/checkpoint.ts';
export { DivergedError } from './train/diverged.ts';
export type { History, TrainingProgress, Validation } from './train/history.ts';
export { openTrainer } from './train/open-trainer.ts';
export { type AdamOptions, adam, adamW, type Optimizer, sgd } from './train/optimizer.ts';
export type {
  Batch,
  CheckpointOptions,
  RunOptions,
  TrainerOptions,
  ValidationOptions,
} from './train/options.ts';
export {
  constantRate,
  cosineDecay,
  exponentialDecay,
  type Schedule,
  stepDecay,
  withWarmUp,
} from './train/schedule.ts';
export { type TrainingStep, type TrainingStepOptions, trainingStep } from './train/step.ts';
export type { Trainer } from './train/trainer.ts';
