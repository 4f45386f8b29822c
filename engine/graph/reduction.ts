/** Pooling, softmax and a change of shape. */
import { ShapeError } from '../errors.ts';
import { requireRank, requireSizes } from './check.ts';
import { describe, elementCount, type Value, value } from './value.ts';

/**
 * `y[b, c] = (1 / HW) Σ_{i, j} x[b, i, j, c]`.
 *
 * @param x `[B, H, W, C]`
 * @returns `[B, C]`
 */
export function globalAveragePool(x: Value): Value {
  requireRank('global_average_pool', 'x', x, 4);
  return value({ kind: 'global_average_pool' }, [x], [x.shape[0]!, x.shape[3]!]);
}

/**
 * `y[b, c] = exp(x[b, c] − max_c x) / Σ_c exp(x[b, c] − max_c x)`: finite for any finite x.
 *
 * @param x `[B, C]`
 * @returns `[B, C]`, every row sums to 1
 */
export function softmax(x: Value): Value {
  requireRank('softmax', 'x', x, 2);
  return value({ kind: 'softmax' }, [x], x.shape);
}

/** The same elements in another shape; no data moves. @throws ShapeError where the counts differ. */
export function reshape(x: Value, shape: readonly number[]): Value {
  requireSizes('reshape', shape);
  if (elementCount(shape) !== elementCount(x.shape)) {
    throw new ShapeError(`reshape: ${describe(x)} does not hold the elements of [${shape.join(', ')}].`);
  }
  return value({ kind: 'reshape' }, [x], [...shape], x.dataType);
}
