/** Order that operands do not tell, and constants. */
import { requireSizes } from './check.ts';
import { type Value, value } from './value.ts';

/**
 * x itself, but not before `condition` was computed. No data moves. Keeps what the backward pass computes again from
 * being computed early, when it would have to be kept.
 *
 * @param x any shape and data type
 */
export function after(x: Value, condition: Value): Value {
  return value({ kind: 'after' }, [x, condition], x.shape, x.dataType);
}

/** A tensor of equal elements. */
export function constant(element: number, shape: readonly number[]): Value {
  requireSizes('constant', shape);
  return value({ kind: 'constant', value: element }, [], [...shape]);
}
