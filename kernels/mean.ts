/** The mean of all elements. Shapes: x, any number of dimensions → `[1]`, or `[P]`: the mean of each of P equal parts. */
import { realType } from './storage.ts';
import { sumElements } from './sum-elements.ts';

export const mean = sumElements({
  name: 'mean',
  formula: 'y = (1 / n) Σ_i x[i]',
  operands: ['x'],
  operations: 1,
  mean: true,
  declarations: (lanes) => `fn term(x: ${realType(lanes)}) -> ${realType(lanes)} { return x; }`,
});
