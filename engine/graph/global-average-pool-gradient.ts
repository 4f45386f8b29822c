/** Gradient of global average pooling. */
import { requireRank, shapesDisagree } from './check.ts';
import { type Value, value } from './value.ts';

/**
 * `dx[b, i, j, c] = dy[b, c] / HW`.
 *
 * @param dy `[B, C]`
 * @param shape of x, `[B, H, W, C]`
 * @returns `[B, H, W, C]`
 * @throws ShapeError where batch or channels differ.
 */
export function globalAveragePoolGradient(dy: Value, shape: readonly number[]): Value {
  const kind = 'global_average_pool_gradient';
  requireRank(kind, 'dy', dy, 2);
  if (shape.length !== 4 || dy.shape[0] !== shape[0] || dy.shape[1] !== shape[3]) {
    shapesDisagree(kind, `x is [${shape.join(', ')}], so dy must be its batch × channels`, dy);
  }
  return value({ kind }, [dy], shape);
}
