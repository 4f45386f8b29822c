/**
 * Matrix product with the second operand transposed: the gradient of a product with respect to its rows.
 *
 * Shapes: x `[…, K]`, w `[N, K]` → z = x wᵀ `[…, N]`; the leading sizes of x count as M rows. x and z are float32, w is
 * float32 or float16; sums are float32. The tiles are those of `matmul.ts`.
 *
 * As fast as `x w` of as many multiply-adds. GFLOP in a second of processor time (2 cores, busy with other work: best of nine
 * runs in turn), Dawn on SwiftShader, `x w` and `x wᵀ`: 64×1024×2048 2.7 and 2.8, 1568×512×512 3.0 and 2.8, 100352×32×64
 * 1.6 and 2.1, to compile `quad-16x1` 158 ms each. On lavapipe 64×1024×2048 by quads 10.4 and 10.4, in `tile-7x2` 4.3 and 4.4.
 */
import { transposedRight } from './matmul/transposed-right.ts';
import { matmulKernel } from './matmul.ts';

export const matmulTransposedRight = matmulKernel({
  name: 'matmul_transposed_right',
  formula: 'z[…, n] = Σ_k x[…, k] · w[n, k]',
  layout: transposedRight,
  registerRows: 7,
});
