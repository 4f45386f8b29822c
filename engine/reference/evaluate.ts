/**
 * One operation in float64, in plain loops written from the formulas and never from WGSL: the oracle for kernels.
 */
import { takesOperand } from '../../kernels/epilogue.ts';
import type { KernelProblem, TensorSpecification } from '../../kernels/kernel.ts';
import { elementCount, type Operation, type OperationKind } from '../graph/value.ts';
import { conv2d, depthwiseConv2d } from './convolution.ts';
import { activate, addAlongLastAxis, addElements, applyEpilogue, multiplyElements } from './epilogue.ts';
import { imagePreprocessBatch } from './image_preprocess.ts';
import { matmul } from './matmul.ts';
import { globalAveragePool, softmax } from './reduction.ts';
import {
  attentionPool,
  attentionScores,
  segmentMean,
  segmentSoftmax,
  segmentWeightedSum,
} from './segments.ts';

/** An operation that computes something: any but the leaves of a graph. */
export type ComputingOperation = Exclude<Operation, { readonly kind: 'input' | 'parameter' }>;

/** An operation with the shapes it is asked for: what a kernel is given, plus the operation's kind and attributes. */
export type ReferenceProblem = ComputingOperation & KernelProblem;

type Evaluation = (problem: ReferenceProblem, operands: readonly Float64Array[]) => Float64Array;

const registered: Partial<Record<OperationKind, Evaluation>> = {};

/** Makes references known that are loaded later. */
export function registerReferences(more: Partial<Record<OperationKind, Evaluation>>): void {
  Object.assign(registered, more);
}

function shape4({ shape }: TensorSpecification): readonly [number, number, number, number] {
  return shape as [number, number, number, number];
}

function compute(problem: ReferenceProblem, operands: readonly Float64Array[]): Float64Array {
  const later = registered[problem.kind];
  if (later) return later(problem, operands);
  const [first, second, third] = operands as [Float64Array, Float64Array, Float64Array];
  const [x, w] = problem.inputs as [TensorSpecification, TensorSpecification];
  const features = (specification: TensorSpecification): number => specification.shape.at(-1)!;
  switch (problem.kind) {
    case 'conv2d':
      return conv2d(first, shape4(x), second, shape4(w), shape4(problem.output), problem);
    case 'depthwise_conv2d': {
      const kernelShape = w.shape as [number, number, number];
      return depthwiseConv2d(first, shape4(x), second, kernelShape, shape4(problem.output), problem);
    }
    case 'matmul':
      return matmul(first, second, w.shape as [number, number]);
    case 'add':
      return first.length === second.length ? addElements(first, second) : addAlongLastAxis(first, second);
    case 'multiply':
      return multiplyElements(first, second);
    case 'reshape':
      return first.slice();
    case 'global_average_pool': {
      const [batch, height, width, channels] = shape4(x);
      return globalAveragePool(first, [batch, height * width, channels]);
    }
    case 'softmax':
      return softmax(first, features(x));
    case 'attention_scores':
      return attentionScores(first, second, third, features(x));
    case 'segment_softmax':
      return segmentSoftmax(first, second);
    case 'segment_weighted_sum':
      return segmentWeightedSum(first, second, third, features(w));
    case 'segment_mean':
      return segmentMean(first, second, features(x));
    case 'attention_pool':
      return attentionPool(first, second, third, features(w));
    case 'image_preprocess': {
      const [, height, width] = shape4(problem.output);
      return imagePreprocessBatch(first, second, height, width);
    }
    case 'relu':
    case 'relu6':
    case 'sigmoid':
    case 'tanh':
      return activate(problem.kind, first);
    default:
      throw new RangeError(`${problem.kind} has no reference; import engine/training.ts.`);
  }
}

/**
 * Evaluates one operation and its epilogue in float64.
 *
 * @param problem the operation's kind and attributes, the specifications of all operands and of the output
 * @param inputs one array for each of `problem.inputs`, as numbers: offsets and pixels too
 * @returns the output, row-major
 * @throws RangeError where an operand's or the result's length is not what the problem says.
 */
export function evaluate(problem: ReferenceProblem, inputs: readonly Float64Array[]): Float64Array {
  if (inputs.length !== problem.inputs.length) {
    throw new RangeError(
      `${problem.kind} takes ${problem.inputs.length} operands here, but got ${inputs.length}.`,
    );
  }
  problem.inputs.forEach(({ shape }, i) => {
    if (inputs[i]!.length !== elementCount(shape)) {
      throw new RangeError(
        `${problem.kind}: operand ${i} has ${inputs[i]!.length} elements, but its shape is [${shape.join(', ')}].`,
      );
    }
  });
  const operandCount = inputs.length - problem.epilogue.filter(takesOperand).length;
  if (operandCount < 1 && inputs.length > 0) {
    throw new RangeError(`Epilogue step '${problem.epilogue[0]}' has no operand; pass one after the others.`);
  }
  const result = compute(problem, inputs.slice(0, operandCount));
  if (result.length !== elementCount(problem.output.shape)) {
    throw new RangeError(
      `${problem.kind}: the result has ${result.length} elements, but the output's shape is [${problem.output.shape.join(', ')}].`,
    );
  }
  return applyEpilogue(result, problem.epilogue, inputs.slice(operandCount));
}
