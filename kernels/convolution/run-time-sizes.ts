/** What convolutions share whose shaders know stride and kernel, but read the sizes of images when they run. */
import { type SizesCode, sizesCode } from '../sizes.ts';
import { type ConvolutionProblem, geometry } from './geometry.ts';

/** What a workgroup computes: a tile of outputs × a block of channels. */
export interface WorkgroupBlock {
  readonly rows: number;
  readonly columns: number;
  /** Of four channels. */
  readonly vectors: number;
}

function blocksOf(problem: ConvolutionProblem, { vectors }: WorkgroupBlock): number {
  return Math.ceil(geometry(problem).outputs / 4 / vectors);
}

/** Workgroups: all blocks of a tile side by side, tiles across; tiles down; images. */
export function blockGrid(problem: ConvolutionProblem, block: WorkgroupBlock): [number, number, number] {
  const { batch, down, across } = geometry(problem);
  const tilesAcross = Math.ceil(across.output / block.columns);
  return [blocksOf(problem, block) * tilesAcross, Math.ceil(down.output / block.rows), batch];
}

/** Rows and columns of x and y and the zeros before them; channels of y in vectors of four and in blocks. */
export function imageSizes(problem: ConvolutionProblem, binding: number, block: WorkgroupBlock): SizesCode {
  const { down, across, outputs } = geometry(problem);
  return sizesCode(binding, {
    rows: down.input,
    columns: across.input,
    output_rows: down.output,
    output_columns: across.output,
    channels: outputs / 4,
    blocks: blocksOf(problem, block),
    top: down.before,
    left: across.before,
  });
}
