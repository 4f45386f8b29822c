/** Differentiation rules of element-wise operations and of reshape. */
import { relu6Gradient, reluGradient, sigmoidGradient, tanhGradient } from '../graph/activation-gradients.ts';
import { multiply } from '../graph/elementwise.ts';
import { reshape } from '../graph/reduction.ts';
import { sumRows } from '../graph/sums.ts';
import type { GradientRule } from './rule.ts';

/** `y = a + b`: both get dy; a bias its sum over all rows. */
export const addRule: GradientRule = ({ inputs, dy, needed }) => {
  const isBias = `${inputs[1]!.shape}` !== `${dy.shape}`;
  return [needed[0] ? dy : undefined, needed[1] ? (isBias ? sumRows(dy) : dy) : undefined];
};

/** `y = a ∘ b`: `da = dy ∘ b`, `db = dy ∘ a`. */
export const multiplyRule: GradientRule = ({ inputs, dy, needed }) => [
  needed[0] ? multiply(dy, inputs[1]!) : undefined,
  needed[1] ? multiply(dy, inputs[0]!) : undefined,
];

/** Of activations whose derivative follows from their output. */
export const reluRule: GradientRule = ({ output, dy }) => [reluGradient(dy, output)];
export const relu6Rule: GradientRule = ({ output, dy }) => [relu6Gradient(dy, output)];
export const sigmoidRule: GradientRule = ({ output, dy }) => [sigmoidGradient(dy, output)];
export const tanhRule: GradientRule = ({ output, dy }) => [tanhGradient(dy, output)];

export const reshapeRule: GradientRule = ({ inputs, dy }) => [reshape(dy, inputs[0]!.shape)];
