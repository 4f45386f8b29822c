/**
 * Gradients of activations on their own, for what no producer could take into its epilogue.
 *
 * Shapes: dy and y (the activation's output) `[…, C]` → dx, the same. The formulas are those of `epilogue.ts`.
 */
import { elementwiseKernel } from './elementwise.ts';
import type { ActivationGradient, Kernel } from './kernel.ts';

export const activationGradients: Readonly<Record<ActivationGradient, Kernel>> = {
  relu_gradient: elementwiseKernel('relu_gradient', 'dx = dy · [y > 0]'),
  relu6_gradient: elementwiseKernel('relu6_gradient', 'dx = dy · [0 < y < 6]'),
  sigmoid_gradient: elementwiseKernel('sigmoid_gradient', 'dx = dy ∘ y ∘ (1 − y)'),
  tanh_gradient: elementwiseKernel('tanh_gradient', 'dx = dy ∘ (1 − y²)'),
};
