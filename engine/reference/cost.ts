/** What one operation costs, from its formula alone. */
import type { KernelCost } from '../../kernels/kernel.ts';
import { storageBytes } from '../data-type.ts';
import { elementCount, type Value } from '../graph/value.ts';

/**
 * Floating-point operations of a value without its epilogue. A multiply-add counts as two; `exp`, `tanh`, a division
 * and a comparison count as one each. Ragged operations count all rows up to the capacity.
 */
function operations({ operation, inputs, shape }: Value): number {
  const outputs = elementCount(shape);
  const size = (i: number): number => elementCount(inputs[i]!.shape);
  switch (operation.kind) {
    case 'input':
    case 'parameter':
    case 'reshape':
      return 0;
    case 'conv2d': {
      const [kernelHeight, kernelWidth, channels] = inputs[1]!.shape as [number, number, number, number];
      return 2 * outputs * kernelHeight * kernelWidth * channels;
    }
    case 'depthwise_conv2d': {
      const [kernelHeight, kernelWidth] = inputs[1]!.shape as [number, number, number];
      return 2 * outputs * kernelHeight * kernelWidth;
    }
    case 'matmul':
      return 2 * outputs * inputs[1]!.shape[0]!;
    case 'add':
    case 'multiply':
    case 'relu':
    case 'tanh':
      return outputs;
    case 'relu6':
      return 2 * outputs;
    case 'sigmoid':
      return 3 * outputs;
    case 'global_average_pool':
    case 'segment_mean':
      return size(0) + outputs;
    case 'softmax':
    case 'segment_softmax':
      // Largest, difference, exp, sum, division.
      return 5 * outputs;
    case 'attention_scores':
      return 2 * size(0);
    case 'segment_weighted_sum':
      return 2 * size(1);
    case 'attention_pool':
      return 5 * size(0) + 2 * size(1);
    case 'image_preprocess': {
      // Each photo pixel contributes to about two outputs an axis where it is enlarged, to few where it is reduced;
      // the weights of one axis of one output cover at least two pixels: four multiply-adds at least.
      return 8 * outputs;
    }
  }
}

/** The cost of computing a value: operations, and bytes that must be read and written at least once. */
export function cost(value: Value): KernelCost {
  const perStep = { bias: 1, add: 1, multiply: 1, relu: 1, relu6: 2, sigmoid: 3, tanh: 1 };
  const steps = value.epilogue.reduce((sum, step) => sum + perStep[step], 0);
  return {
    operations: operations(value) + steps * elementCount(value.shape),
    bytesRead: value.inputs.reduce((sum, operand) => sum + storageBytes(operand), 0),
    bytesWritten: storageBytes(value),
  };
}
