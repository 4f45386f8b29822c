/**
 * Matrix product with the second operand transposed: the gradient of a product with respect to its rows.
 *
 * Shapes: x `[…, K]`, w `[N, K]` → z = x wᵀ `[…, N]`; the leading sizes of x count as M rows. x and z are float32, w is
 * float32 or float16; sums are float32. The tiles are those of `matmul.ts`.
 */
import { transposedRight } from './matmul/transposed-right.ts';
import { matmulKernel } from './matmul.ts';

export const matmulTransposedRight = matmulKernel({
  name: 'matmul_transposed_right',
  formula: 'z[…, n] = Σ_k x[…, k] · w[n, k]',
  layout: transposedRight,
  registerRows: 7,
});
