/**
 * Gradients of activations, from the activation's output: the input need not be kept. A rewrite fuses most of them into
 * the kernel that produces dy.
 */
import type { ActivationGradient } from '../../kernels/kernel.ts';
import { requireRank, shapesDisagree } from './check.ts';
import { type Value, value } from './value.ts';

function gradient(kind: ActivationGradient, dy: Value, y: Value): Value {
  requireRank(kind, 'dy', dy, 1, 2, 3, 4);
  if (`${dy.shape}` !== `${y.shape}`) shapesDisagree(kind, 'dy and y must have the same shape', dy, y);
  return value({ kind }, [dy, y], dy.shape);
}

/**
 * `dx = dy · [y > 0]`: 0 at the kink.
 *
 * @param dy gradient with respect to y
 * @param y `relu(x)`, of the same shape
 * @throws ShapeError where the shapes differ.
 */
export function reluGradient(dy: Value, y: Value): Value {
  return gradient('relu_gradient', dy, y);
}

/** `dx = dy · [0 < y < 6]` with `y = relu6(x)`: 0 at both kinks. @throws ShapeError where the shapes differ. */
export function relu6Gradient(dy: Value, y: Value): Value {
  return gradient('relu6_gradient', dy, y);
}

/** `dx = dy ∘ y ∘ (1 − y)` with `y = sigmoid(x)`. @throws ShapeError where the shapes differ. */
export function sigmoidGradient(dy: Value, y: Value): Value {
  return gradient('sigmoid_gradient', dy, y);
}

/** `dx = dy ∘ (1 − y²)` with `y = tanh(x)`. @throws ShapeError where the shapes differ. */
export function tanhGradient(dy: Value, y: Value): Value {
  return gradient('tanh_gradient', dy, y);
}
