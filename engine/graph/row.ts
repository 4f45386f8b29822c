/** One row of a tensor. */
import { ShapeError } from '../errors.ts';
import { requireRank } from './check.ts';
import { describe, type Value, value } from './value.ts';

/**
 * `y[…] = x[index, …]`. Its gradient is not defined: it is made for gradients.
 *
 * @param x `[N, …]`
 * @param index 0 … N − 1
 * @returns `[…]`
 * @throws ShapeError where there is no such row.
 */
export function row(x: Value, index: number): Value {
  requireRank('row', 'x', x, 2, 3, 4);
  if (!(Number.isInteger(index) && index >= 0 && index < x.shape[0]!)) {
    throw new ShapeError(
      `row: ${describe(x)} has no row ${index}; give a whole number from 0 to ${x.shape[0]! - 1}.`,
    );
  }
  return value({ kind: 'row', index }, [x], x.shape.slice(1), x.dataType);
}
