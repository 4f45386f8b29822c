/** The difference of two tensors of one shape, any number of dimensions. */
import { mapElements } from './map-elements.ts';

export const subtract = mapElements({
  name: 'subtract',
  formula: 'y = a − b',
  operands: ['a', 'b'],
  operations: 1,
  result: () => 'a - b',
});
