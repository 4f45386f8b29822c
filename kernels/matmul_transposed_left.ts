/**
 * Matrix product with the first operand transposed: the gradient of a product with respect to its weights.
 *
 * Shapes: x `[…, K]`, y `[…, N]` → z = xᵀ y `[K, N]`, summed over all leading sizes M in a fixed order. All float32. The
 * tiles are those of `matmul.ts`.
 */
import { slicedTile } from './matmul/sliced-tile.ts';
import { transposedLeft } from './matmul/transposed-left.ts';
import { matmulKernel } from './matmul.ts';

/** For GPUs: a small result of long operands has too few tiles to keep all threads at work, so each tile has more. */
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
