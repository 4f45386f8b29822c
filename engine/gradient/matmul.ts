/** Differentiation rules of matrix products: each gradient is a product again, with one operand transposed or none. */
import { matmul } from '../graph/matmul.ts';
import { matmulTransposedLeft, matmulTransposedRight } from '../graph/transposed-matmul.ts';
import type { GradientRule } from './rule.ts';

/** `y = x w`: `dx = dy wᵀ`, `dw = xᵀ dy`. */
export const matmulRule: GradientRule = ({ inputs, dy, needed }) => [
  needed[0] ? matmulTransposedRight(dy, inputs[1]!) : undefined,
  needed[1] ? matmulTransposedLeft(inputs[0]!, dy) : undefined,
];

/** `z = x wᵀ`: `dx = dz w`, `dw = dzᵀ x`. */
export const matmulTransposedRightRule: GradientRule = ({ inputs, dy, needed }) => [
  needed[0] ? matmul(dy, inputs[1]!) : undefined,
  needed[1] ? matmulTransposedLeft(dy, inputs[0]!) : undefined,
];

/** `z = xᵀ y`: `dx = y dzᵀ`, `dy = x dz`. */
export const matmulTransposedLeftRule: GradientRule = ({ inputs, dy, needed }) => [
  needed[0] ? matmulTransposedRight(inputs[1]!, dy) : undefined,
  needed[1] ? matmul(inputs[0]!, dy) : undefined,
];
