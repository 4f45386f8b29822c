/** Bias, activation and element-wise operands move into the kernel that produces the value. */
import type { EpilogueStep, OperationKind, Value } from '../graph/value.ts';
import { fusedLabel, type RewriteRule } from './rewrite.ts';

const acceptsEpilogue = new Set<OperationKind>([
  'conv2d',
  'conv2d_input_gradient',
  'depthwise_conv2d',
  'depthwise_conv2d_input_gradient',
  'batch_normalize',
  'batch_normalize_gradient',
  'global_average_pool_gradient',
  'matmul',
  'matmul_transposed_right',
  'matmul_transposed_left',
  'add',
  'multiply',
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'relu_gradient',
  'relu6_gradient',
  'sigmoid_gradient',
  'tanh_gradient',
]);

/** Storage buffers that every WebGPU device binds to a shader (`maxStorageBuffersPerShaderStage`, its default). */
const mostBindings = 8;

export const fuseEpilogue: RewriteRule = (current, isUsedOnce) => {
  const canTake = (producer: Value, operands = 0) =>
    acceptsEpilogue.has(producer.operation.kind) &&
    isUsedOnce(producer) &&
    producer.inputs.length + operands + 1 <= mostBindings;
  const fuse = (producer: Value, step: EpilogueStep, ...operands: Value[]): Value => ({
    ...producer,
    inputs: [...producer.inputs, ...operands],
    epilogue: [...producer.epilogue, step, ...current.epilogue],
    label: fusedLabel(current, producer),
  });
  const { kind } = current.operation;
  switch (kind) {
    case 'relu':
    case 'relu6':
    case 'sigmoid':
    case 'tanh': {
      const [x] = current.inputs;
      return canTake(x!) ? fuse(x!, kind) : current;
    }
    case 'relu_gradient':
    case 'relu6_gradient':
    case 'sigmoid_gradient':
    case 'tanh_gradient': {
      const [dy, y] = current.inputs;
      return canTake(dy!, 1) ? fuse(dy!, kind, y!) : current;
    }
    case 'add':
    case 'multiply': {
      const [a, b] = current.inputs as [Value, Value];
      const sameShape = `${a.shape}` === `${b.shape}`;
      if (canTake(a, 1)) return fuse(a, sameShape ? kind : 'bias', b);
      if (sameShape && canTake(b, 1)) return fuse(b, kind, a);
      return current;
    }
    default:
      return current;
  }
};
