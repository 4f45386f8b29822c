/**
 * Matrix product: dense layers, and 1×1 convolutions after a rewrite.
 *
 * Shapes: x `[…, K]`, w `[K, N]` → y `[…, N]`; the leading sizes of x count as M rows. x and y are float32, w is
 * float32 or float16; sums are float32.
 */
import { epilogueCost } from './epilogue.ts';
import type { Kernel } from './kernel.ts';
import { registerTile } from './matmul/register-tile.ts';
import { scalarTile } from './matmul/scalar-tile.ts';
import { type MatmulProblem, matmulSizes, operandCount } from './matmul/sizes.ts';
import { byteLength } from './storage.ts';

export type { MatmulProblem };

const anySize = scalarTile(4, 4, 32);
const fewRows = scalarTile(1, 4, 32);
const small = registerTile(7, 2, 4);
const large = registerTile(14, 4, 4);

export const matmul: Kernel<MatmulProblem> = {
  name: 'matmul',
  formula: 'y[…, n] = Σ_k x[…, k] · w[k, n]',
  variants: [large, small, anySize, fewRows],
  defaultVariant(problem, target) {
    const { rows } = matmulSizes(problem);
    const preferred = rows < 4 ? [fewRows] : [large, anySize];
    return preferred.find((variant) => variant.supports(problem, target)) ?? anySize;
  },
  cost(problem) {
    const { rows, inner, columns } = matmulSizes(problem);
    const after = epilogueCost(problem, operandCount);
    return {
      operations: 2 * rows * inner * columns + after.operations,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!) + after.bytesRead,
      bytesWritten: byteLength(problem.output),
    };
  },
};
