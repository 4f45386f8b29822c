/**
 * The sum of the squares of all elements: L2 penalties, and norms of gradients. Shapes: x, any number of dimensions → `[1]`,
 * or `[P]`: the sum of each of P equal parts.
 */
import { realType } from './storage.ts';
import { sumElements } from './sum-elements.ts';

export const sumOfSquares = sumElements({
  name: 'sum_of_squares',
  formula: 'y = Σ_i x[i]²',
  operands: ['x'],
  operations: 2,
  mean: false,
  declarations: (lanes) => `fn term(x: ${realType(lanes)}) -> ${realType(lanes)} { return x * x; }`,
});
