/** Which kernel computes which operation. */
import { attentionPool } from '../../kernels/attention_pool.ts';
import { attentionScores } from '../../kernels/attention_scores.ts';
import { conv2d } from '../../kernels/conv2d.ts';
import { depthwiseConv2d } from '../../kernels/depthwise_conv2d.ts';
import { elementwise } from '../../kernels/elementwise.ts';
import { globalAveragePool } from '../../kernels/global_average_pool.ts';
import { imagePreprocess } from '../../kernels/image_preprocess.ts';
import type { Kernel, KernelProblem } from '../../kernels/kernel.ts';
import { matmul } from '../../kernels/matmul.ts';
import { segmentMean } from '../../kernels/segment_mean.ts';
import { segmentSoftmax } from '../../kernels/segment_softmax.ts';
import { segmentWeightedSum } from '../../kernels/segment_weighted_sum.ts';
import { softmax } from '../../kernels/softmax.ts';
import type { TrainingOperationKind } from '../graph/training-operation.ts';
import type { Graph, OperationKind, Value } from '../graph/value.ts';

/** Operations that cost nothing at run time: leaves, and reshapes, which only rename memory. */
export type FreeOperation = 'input' | 'parameter' | 'reshape';

const kernels: Record<Exclude<OperationKind, FreeOperation | TrainingOperationKind>, Kernel> = {
  conv2d,
  depthwise_conv2d: depthwiseConv2d,
  matmul,
  ...elementwise,
  global_average_pool: globalAveragePool,
  softmax,
  attention_scores: attentionScores,
  segment_softmax: segmentSoftmax,
  segment_weighted_sum: segmentWeightedSum,
  segment_mean: segmentMean,
  attention_pool: attentionPool,
  image_preprocess: imagePreprocess,
};

const registered: Partial<Record<OperationKind, Kernel>> = { ...kernels };

/** Makes kernels known that are loaded later. */
export function registerKernels(more: Partial<Record<OperationKind, Kernel>>): void {
  Object.assign(registered, more);
}

/** Orders the values of a graph that updates parameters; known when `engine/training.ts` is. */
export const training: { schedule?: (graph: Graph) => Value[] } = {};

/** The kernel of an operation, or nothing where the operation is free. */
export function kernelOf(kind: OperationKind): Kernel | undefined {
  return registered[kind];
}

/** Whether a value is the result of a dispatch of its own: not a leaf, not another name, not a further part of an update. */
export function isDispatched({ operation }: Value): boolean {
  return kernelOf(operation.kind) !== undefined && !('part' in operation && operation.part > 0);
}

/** A value as its kernel sees it: operand shapes and attributes, nothing of the graph. JSON-able. */
export function problemOf(current: Value): KernelProblem {
  const { kind: _, ...attributes } = current.operation;
  const specification = ({ shape, dataType }: Value) => ({ shape, dataType });
  return {
    ...attributes,
    inputs: current.inputs.map(specification),
    output: specification(current),
    epilogue: current.epilogue,
  };
}
