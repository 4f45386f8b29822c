/**
 * Matrix product: dense layers, and 1×1 convolutions after a rewrite.
 *
 * Shapes: x `[…, K]`, w `[K, N]` → y `[…, N]`; the leading sizes of x count as M rows. x and y are float32, w is
 * float32 or float16; sums are float32.
 */
import { epilogueCost } from './epilogue.ts';
import type { Kernel, KernelTarget, KernelVariant } from './kernel.ts';
import { quadTile } from './matmul/quad-tile.ts';
import { registerTile } from './matmul/register-tile.ts';
import { scalarTile } from './matmul/scalar-tile.ts';
import { type MatmulProblem, type MatmulSizes, matmulSizes, operandCount } from './matmul/sizes.ts';
import { splitInner } from './matmul/split-inner.ts';
import { workgroupTile } from './matmul/workgroup-tile.ts';
import { likesLongShaders } from './software.ts';
import { byteLength } from './storage.ts';

export type { MatmulProblem };

/**
 * Four threads wide: SwiftShader runs four at a time, in one vector of its processor.
 *
 * The 13 pointwise layers of MobileNet v1, SwiftShader in Chromium 156, 2 cores, processor time / 2, and compiling one:
 * `tile-7x2` 275 ms and 93, `tile-14x4` 189 and 516, `quad-28x1x4` 174 and 174, `quad-28x2x4` 160 and 414,
 * `quad-28x2x16` 142 and 1296. `quad-14x1x4` runs as fast as `quad-28x1x4` within the noise and compiles in half its
 * time; a model compiles a dozen of them, so tiles of that height are the default.
 */
const quads = [17, 14, 8].map((rows) => ({ rows, variant: quadTile(rows, 1, 1, 4) }));
/**
 * Where one product is so much work that a dozen runs pay for compiling it. MobileNet v1 on 8 photos, pointwise layers,
 * same machine and run: 2.06 s with `quad-28x2x4`, 2.20 s with the quads above. `quad-28x2x16` takes 1.95 s, but its
 * nine pipelines take the first call of a batch of 8 from 8 to 15 s.
 */
const forMuchWork = quadTile(28, 2, 1, 4);
/** Multiply-adds of the smallest product that is much work: a layer of MobileNet has 26 to 51 million a photo. */
const muchWork = 150e6;
/** For tuning. */
const longest = [quadTile(28, 1, 1, 4), quadTile(28, 2, 4, 4), registerTile(14, 4, 4)];
/** Eight threads wide, as lavapipe is. 196×512×512 there: 12 ms, 25 when four threads wide. */
const register = registerTile(7, 2, 8);
const oneRow = scalarTile(1, 4, 32);
const anySize = scalarTile(4, 4, 32);

/** For GPUs. */
const blocks = [workgroupTile(16), workgroupTile(8)];
const wide = registerTile(4, 1, 16);
const split = splitInner(32, 8);

/**
 * The tile height that wastes least: rows beyond the matrix cost as much as those inside, and each tile loads its
 * part of w, which takes as long as about four rows.
 */
function leastWork(rows: number): KernelVariant<MatmulProblem>[] {
  const work = (height: number): number => Math.ceil(rows / height) * (height + 4);
  return [...quads].sort((a, b) => work(a.rows) - work(b.rows)).map(({ variant }) => variant);
}

function preferences(
  { rows, inner, columns }: MatmulSizes,
  target: KernelTarget,
): readonly KernelVariant<MatmulProblem>[] {
  if (rows < 4) return [target.software ? oneRow : split];
  if (likesLongShaders(target)) {
    const long = rows * inner * columns >= muchWork ? [forMuchWork] : [];
    return [...long, ...leastWork(rows), register];
  }
  if (target.software) return [register];
  return rows < 64 ? [wide] : blocks;
}

export const matmul: Kernel<MatmulProblem> = {
  name: 'matmul',
  formula: 'y[…, n] = Σ_k x[…, k] · w[k, n]',
  variants: [
    ...quads.map(({ variant }) => variant),
    forMuchWork,
    ...longest,
    register,
    ...blocks,
    wide,
    split,
    oneRow,
    anySize,
  ],
  defaultVariant(problem, target) {
    const preferred = preferences(matmulSizes(problem), target);
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
