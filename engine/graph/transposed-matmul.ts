/** Matrix products with one operand transposed: the two gradients of a matrix product. */
import { requireRank, shapesDisagree } from './check.ts';
import { type Value, value } from './value.ts';

/**
 * `z[…, n] = Σ_k x[…, k] · w[n, k]`: with the gradient of a product's result and its weights, the gradient with respect to
 * its rows.
 *
 * @param x `[…, K]`, at least two dimensions
 * @param w `[N, K]`
 * @returns x wᵀ, `[…, N]`
 * @throws ShapeError where the last sizes differ.
 */
export function matmulTransposedRight(x: Value, w: Value): Value {
  const kind = 'matmul_transposed_right';
  requireRank(kind, 'x', x, 2, 3, 4);
  requireRank(kind, 'w', w, 2);
  if (x.shape.at(-1) !== w.shape[1]) {
    shapesDisagree(kind, 'the last sizes of x and of w differ', x, w);
  }
  return value({ kind }, [x, w], [...x.shape.slice(0, -1), w.shape[0]!]);
}

/**
 * `z[k, n] = Σ_m x[m, k] · y[m, n]`: with the rows of a product and the gradient of its result, the gradient with respect
 * to its weights. All leading sizes count as m.
 *
 * @param x `[…, K]`, at least two dimensions
 * @param y `[…, N]`, as many rows
 * @returns xᵀ y, `[K, N]`
 * @throws ShapeError where the leading sizes differ.
 */
export function matmulTransposedLeft(x: Value, y: Value): Value {
  const kind = 'matmul_transposed_left';
  requireRank(kind, 'x', x, 2, 3, 4);
  requireRank(kind, 'y', y, 2, 3, 4);
  if (`${x.shape.slice(0, -1)}` !== `${y.shape.slice(0, -1)}`) {
    shapesDisagree(kind, 'the leading sizes of x and of y differ', x, y);
  }
  return value({ kind }, [x, y], [x.shape.at(-1)!, y.shape.at(-1)!]);
}
