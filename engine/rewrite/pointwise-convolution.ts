/** A 1×1 convolution with stride 1 and no padding is a matrix product over channels. */
import { reshape } from '../graph/reduction.ts';
import type { RewriteRule } from './rewrite.ts';

export const pointwiseConvolution: RewriteRule = (current) => {
  const { operation } = current;
  if (operation.kind !== 'conv2d') return current;
  const [x, w, ...operands] = current.inputs;
  const [kernelHeight, kernelWidth, channels, outputs] = w!.shape as [number, number, number, number];
  const { top, bottom, left, right } = operation.padding;
  const isPointwise =
    kernelHeight * kernelWidth === 1 &&
    operation.strides[0] * operation.strides[1] === 1 &&
    top + bottom + left + right === 0;
  if (!isPointwise) return current;
  return {
    ...current,
    operation: { kind: 'matmul' },
    inputs: [x!, reshape(w!, [channels, outputs]), ...operands],
    label: current.label === 'conv2d' ? 'matmul' : current.label,
  };
};
