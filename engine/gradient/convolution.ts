/** Rules of convolutions and of global average pooling. */
import {
  conv2dInputGradient,
  conv2dKernelGradient,
  depthwiseConv2dInputGradient,
  depthwiseConv2dKernelGradient,
} from '../graph/convolution-gradient.ts';
import { globalAveragePoolGradient } from '../graph/global-average-pool-gradient.ts';
import { reshape } from '../graph/reduction.ts';
import { matmulTransposedLeft, matmulTransposedRight } from '../graph/transposed-matmul.ts';
import type { Convolution2dAttributes, Operation, Value } from '../graph/value.ts';
import type { GradientRule } from './rule.ts';

type Convolution = Extract<Operation, { readonly kind: 'conv2d' | 'depthwise_conv2d' }>;

/** Whether the convolution is a product over channels, `[B·H·W, C] · [C, O]`. */
function isPointwise(kernel: Value, { strides, padding }: Convolution2dAttributes): boolean {
  const sizes = [...kernel.shape.slice(0, 2), ...strides];
  return sizes.every((size) => size === 1) && Object.values(padding).every((zeros) => zeros === 0);
}

/** A 1×1 convolution of stride 1 is a matrix product, and so are its gradients. */
function pointwiseGradients(x: Value, w: Value, dy: Value, needed: readonly boolean[]) {
  const kernel = reshape(w, w.shape.slice(2));
  return [
    needed[0] ? matmulTransposedRight(dy, kernel) : undefined,
    needed[1] ? reshape(matmulTransposedLeft(x, dy), w.shape) : undefined,
  ];
}

export const conv2dRule: GradientRule = ({ operation, inputs, dy, needed }) => {
  const [x, w] = inputs as [Value, Value];
  const convolution = operation as Convolution;
  if (isPointwise(w, convolution)) return pointwiseGradients(x, w, dy, needed);
  return [
    needed[0] ? conv2dInputGradient(dy, w, x.shape, convolution) : undefined,
    needed[1] ? conv2dKernelGradient(x, dy, w.shape, convolution) : undefined,
  ];
};

export const depthwiseConv2dRule: GradientRule = ({ operation, inputs, dy, needed }) => {
  const [x, w] = inputs as [Value, Value];
  const convolution = operation as Convolution;
  return [
    needed[0] ? depthwiseConv2dInputGradient(dy, w, x.shape, convolution) : undefined,
    needed[1] ? depthwiseConv2dKernelGradient(x, dy, w.shape, convolution) : undefined,
  ];
};

export const globalAveragePoolRule: GradientRule = ({ inputs, dy, needed }) => [
  needed[0] ? globalAveragePoolGradient(dy, inputs[0]!.shape) : undefined,
];
