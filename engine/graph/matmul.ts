/** The matrix product: dense layers, and 1×1 convolutions after a rewrite. */
import { requireRank, shapesDisagree } from './check.ts';
import { type Value, value } from './value.ts';

/**
 * `y[…, n] = Σ_k x[…, k] · w[k, n]`.
 *
 * @param x `[…, K]`, at least two dimensions
 * @param w `[K, N]`
 * @returns `[…, N]`
 * @throws ShapeError where the inner sizes differ.
 */
export function matmul(x: Value, w: Value): Value {
  requireRank('matmul', 'x', x, 2, 3, 4);
  requireRank('matmul', 'w', w, 2);
  if (x.shape.at(-1) !== w.shape[0]) {
    shapesDisagree('matmul', 'the last size of x and the first of w differ', x, w);
  }
  return value({ kind: 'matmul' }, [x, w], [...x.shape.slice(0, -1), w.shape[1]!]);
}
