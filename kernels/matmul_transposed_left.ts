/**
 * Matrix product with the first operand transposed: the gradient of a product with respect to its weights.
 *
 * Shapes: x `[…, K]`, y `[…, N]` → z = xᵀ y `[K, N]`, summed over all leading sizes M in a fixed order. All float32. The
 * tiles are those of `matmul.ts`.
 *
 * Nearly as fast as `x w` of as many multiply-adds; M = 64 leaves short loops and a large result to store. GFLOP in a second of
 * processor time (2 cores, busy with other work: best of nine runs in turn), Dawn on SwiftShader, `x w` and `xᵀ y`:
 * 64×1024×2048 2.7 and 2.2, 1568×512×512 3.0 and 3.2, 6272×128×256 1.8 and 3.2, 100352×32×64 1.5 and 2.2, to compile
 * `quad-16x1` 158 and 191 ms. On lavapipe 64×1024×2048 by quads 10.4 and 8.7, in tiles without them 4.3 (`tile-7x2`) and 8.9
 * (`tile-8x2`, which reads x along K). Software adapters get no split of M: the smallest of these has 8 workgroups.
 */
import { slicedTile } from './matmul/sliced-tile.ts';
import { transposedLeft } from './matmul/transposed-left.ts';
import { matmulKernel } from './matmul.ts';

/**
 * For GPUs: a small result of long operands has too few tiles to keep all threads at work, so each tile has more. Where one
 * gives way to the next is counted in workgroups (128 for 32×64), not measured: `tune` finds out.
 */
const smallTiles = slicedTile(1, 2, 128);
const largerTiles = slicedTile(4, 4, 16);
/** Elements of the largest result for the one and for the other. */
const mostForSmall = 64 * 64;
const mostForLarger = 256 * 256;

export const matmulTransposedLeft = matmulKernel({
  name: 'matmul_transposed_left',
  formula: 'z[k, n] = Σ_m x[m, k] · y[m, n]',
  layout: transposedLeft,
  registerRows: 8,
  own: {
    variants: [smallTiles, largerTiles],
    prefers: ({ rows, inner, columns }) => {
      const size = rows * columns;
      if (inner < 256) return [];
      return size <= mostForSmall ? [smallTiles] : size <= mostForLarger ? [largerTiles] : [];
    },
  },
});
