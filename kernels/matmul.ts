/**
 * Matrix product: dense layers, and 1×1 convolutions after a rewrite.
 *
 * Shapes: x `[…, K]`, w `[K, N]` → y `[…, N]`; the leading sizes of x count as M rows. x and y are float32, w is
 * float32 or float16; sums are float32.
 */
import { epilogueCost } from './epilogue.ts';
import type { Kernel, KernelTarget, KernelVariant } from './kernel.ts';
import type { MatmulLayout } from './matmul/layout.ts';
import { plain } from './matmul/plain.ts';
import { quadTile } from './matmul/quad-tile.ts';
import { registerTile } from './matmul/register-tile.ts';
import { scalarTile } from './matmul/scalar-tile.ts';
import { type MatmulProblem, type MatmulSizes, operandCount } from './matmul/sizes.ts';
import { splitInner } from './matmul/split-inner.ts';
import { workgroupTile } from './matmul/workgroup-tile.ts';
import { likesLongShaders } from './software.ts';
import { byteLength } from './storage.ts';

export type { MatmulProblem };

/** Multiply-adds of the smallest product that is much work: a layer of MobileNet has 26 to 51 million a photo. */
const muchWork = 150e6;

/** What a product in some layout has of its own. */
export interface MatmulFamilyMember {
  readonly name: string;
  readonly formula: string;
  readonly layout: MatmulLayout;
  /** Rows of the tile for software adapters without `subgroups`. */
  readonly registerRows: number;
  /** Variants that only this product has, and whether one of them is to be preferred. */
  readonly own?: {
    readonly variants: readonly KernelVariant<MatmulProblem>[];
    prefers(sizes: MatmulSizes, target: KernelTarget): readonly KernelVariant<MatmulProblem>[];
  };
}

/** The kernel of a product: the same tiles for every layout. */
export function matmulKernel({
  name,
  formula,
  layout,
  registerRows,
  own = { variants: [], prefers: () => [] },
}: MatmulFamilyMember): Kernel<MatmulProblem> {
  /**
   * For software adapters: one pipeline a height serves all products, whatever their sizes.
   *
   * 196×512×512 in Dawn on SwiftShader, 2 cores (busy with other work, so compare within this line), and processor time to
   * compile: `quad-28x1` 15.3 ms and 242, `quad-16x1` 18.8 and 129, `quad-8x1` 21.1 and 81; a tile with sums in vectors, a
   * store for every row, and its sizes in the text, 20.9 and 194, and a pipeline for each of nine shapes. Larger tiles save
   * loads, but their code no longer fits the instruction cache.
   *
   * All of MobileNet v1 in Dawn on lavapipe, 2 cores, busy, first call and median: `quad-28x1` 5.5 s and 99 ms, `quad-16x1`
   * 4.0 s and 94 ms, `quad-8x1` 3.8 s and 113 ms, a tile of 7×2 vectors with its sizes in the text 10.8 s and 244 ms.
   */
  const quads = [16, 8].map((rows) => ({ rows, variant: quadTile(rows, 1, layout) }));
  /**
   * Where one product is so much work that a dozen runs pay for compiling it. All of MobileNet v1 on one photo in Dawn on
   * SwiftShader, same run, first call and median: 713 and 328 ms with it, 583 and 355 with `quad-16x1`.
   */
  const quadsForMuchWork = { rows: 28, variant: quadTile(28, 1, layout) };
  /** For tuning. */
  const widerQuads = quadTile(16, 2, layout);
  /**
   * For software adapters without `subgroups`: eight threads wide, as lavapipe is. 196×512×512 there: 12 ms, 25 when four
   * wide.
   */
  const register = registerTile(registerRows, 2, 8, layout);
  const oneRow = scalarTile(1, 4, 32, layout);
  const anySize = scalarTile(4, 4, 32, layout);

  /** For GPUs. */
  const blocks = [workgroupTile(16, layout), workgroupTile(8, layout)];
  const wide = registerTile(4, 1, 16, layout);
  const split = splitInner(32, 8, layout);

  /** The tile height that wastes least: what a tile costs whatever its height takes as long as about eight rows. */
  function leastWork(rows: number, among: typeof quads): KernelVariant<MatmulProblem>[] {
    const work = (height: number): number => Math.ceil(rows / height) * (height + 8);
    return [...among].sort((a, b) => work(a.rows) - work(b.rows)).map(({ variant }) => variant);
  }

  function preferences(sizes: MatmulSizes, target: KernelTarget): readonly KernelVariant<MatmulProblem>[] {
    const { rows, inner, columns } = sizes;
    if (rows < 4) return [target.software ? oneRow : split];
    if (target.software) {
      // Lavapipe takes a second to compile the long one, and does not run it faster.
      const isLong = likesLongShaders(target) && rows * inner * columns >= muchWork;
      return [...leastWork(rows, isLong ? [quadsForMuchWork, ...quads] : quads), register];
    }
    return [...own.prefers(sizes, target), ...(rows < 64 ? [wide] : blocks)];
  }

  return {
    name,
    formula,
    variants: [
      ...[...quads, quadsForMuchWork].map(({ variant }) => variant),
      widerQuads,
      register,
      ...blocks,
      wide,
      split,
      oneRow,
      ...own.variants,
      anySize,
    ],
    defaultVariant(problem, target) {
      const preferred = preferences(layout.sizes(problem), target);
      return preferred.find((variant) => variant.supports(problem, target)) ?? anySize;
    },
    cost(problem) {
      const { rows, inner, columns } = layout.sizes(problem);
      const after = epilogueCost(problem, operandCount);
      return {
        operations: 2 * rows * inner * columns + after.operations,
        bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!) + after.bytesRead,
        bytesWritten: byteLength(problem.output),
      };
    },
  };
}

export const matmul = matmulKernel({
  name: 'matmul',
  formula: 'y[…, n] = Σ_k x[…, k] · w[k, n]',
  layout: plain,
  registerRows: 7,
});
