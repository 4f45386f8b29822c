/** The engine's public face. Notebook cells import it as `warpbook`. */
export { withConstantSizes } from '../kernels/sizes.ts';
export type { Backend, DeviceParameters, HostArray, HostParameters, Program } from './backend.ts';
export { decodePhoto, type Photo } from './data/photo.ts';
export { type PhotoBatch, packPhotos, photoCapacity } from './data/photo-batch.ts';
export { raggedOffsets } from './data/ragged.ts';
export { fromFloat16, toFloat16 } from './data-type.ts';
export * from './errors.ts';
export {
  loadSafetensors,
  parseSafetensors,
  serializeSafetensors,
  TensorFile,
} from './formats/safetensors.ts';
export type { AdapterSummary } from './gpu/adapter.ts';
export { openWebGpu, WebGpuBackend } from './gpu/backend.ts';
export type { MemoryStatistics } from './gpu/buffer-pool.ts';
export { conv2d, depthwiseConv2d } from './graph/convolution.ts';
export { add, multiply, relu, relu6, sigmoid, tanh } from './graph/elementwise.ts';
export { imagePreprocess } from './graph/image-preprocess.ts';
export { input, parameter } from './graph/leaf.ts';
export { matmul } from './graph/matmul.ts';
export { globalAveragePool, reshape, softmax } from './graph/reduction.ts';
export { attentionScores, segmentMean, segmentSoftmax, segmentWeightedSum } from './graph/segments.ts';
export { type Graph, named, type Value } from './graph/value.ts';
export { defineKernel, interpret, measureCeilings, openKernelLab, tune } from './instruments.ts';
export type { DefinedKernel, KernelDefinition } from './lab/define-kernel.ts';
export type { Lab } from './lab/lab.ts';
export type {
  CompilerMessage,
  KernelLab,
  KernelReport,
  KernelTestOptions,
  Workgroups,
} from './lab/report.ts';
export { aggregate, aggregationKinds } from './models/aggregation.ts';
export { aggregationHead, initializeAggregationHead } from './models/aggregation-head.ts';
export type {
  AggregationHeadMetrics,
  AggregationHeadSizes,
  TrainedAggregationHead,
} from './models/aggregation-head-weights.ts';
export { loadAggregationHead } from './models/load-aggregation-head.ts';
export { classify, mobilenetV1, mobilenetV1Parameters } from './models/mobilenet_v1.ts';
export { loadMobilenetV1, type MobilenetV1Weights, readMobilenetV1 } from './models/mobilenet_v1_weights.ts';
export { type BackendOptions, openBackend } from './open-backend.ts';
export { describePlan } from './plan/describe.ts';
export { type Plan, planGraph } from './plan/plan.ts';
export { toChromeTrace } from './profile/chrome-trace.ts';
export { parseProfile, toCsv } from './profile/export.ts';
export type {
  Ceilings,
  DispatchProfile,
  MemoryProfile,
  Profile,
  ProfileOptions,
  Residency,
  StageProfile,
} from './profile/profile.ts';
export { attainable, intensity, rooflinePercent } from './profile/roofline.ts';
export { type Comparison, compare, explain, within } from './reference/compare.ts';
export { WebGpuProgram } from './run/program.ts';
export { Tensor } from './tensor.ts';
export { indexedDbTuning } from './tune/indexed-db-store.ts';
export type { TuningResult, TuningRow } from './tune/result.ts';
export type { TuningOptions, TuningProgress } from './tune/tune.ts';
export type { TuningRecord, TuningStore } from './tune/tuning.ts';
