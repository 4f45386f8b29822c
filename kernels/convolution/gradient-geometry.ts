/** What the gradients of both convolutions need to know of the convolution that they belong to. */
import type { KernelProblem } from '../kernel.ts';
import {
  type Convolution2dAttributes,
  type ConvolutionProblem,
  type Geometry,
  geometry,
} from './geometry.ts';

/** Inputs: dy `[B, H', W', O]`, the kernel, then the epilogue's operands. Output: dx `[B, H, W, C]`. */
export type InputGradientProblem = ConvolutionProblem;

/** Rows and columns of outputs that one part of a kernel gradient covers. */
export type OutputBlock = readonly [rows: number, columns: number];

/** Inputs: x `[B, H, W, C]`, dy `[B, H', W', O]`. Output: a kernel gradient for each part, `[P, kh, kw, C, O]`. */
export interface KernelGradientProblem extends KernelProblem, Convolution2dAttributes {
  readonly block: OutputBlock;
}

/** Sizes of the convolution whose x has the gradient that is asked for. */
export function inputGradientGeometry(problem: InputGradientProblem): Geometry {
  const [dy, w] = problem.inputs;
  return geometry({ ...problem, inputs: [problem.output, w!], output: dy! });
}

export interface KernelGradientGeometry extends Geometry {
  /** Blocks of an image: down and across. Part `(b · down + i) · across + j` is block (i, j) of image b. */
  readonly blocks: readonly [number, number];
  /** Blocks of all images. */
  readonly parts: number;
}

/** How many blocks cover an image, down and across. */
export function blocksOfImage(rows: number, columns: number, block: OutputBlock): [number, number] {
  return [Math.ceil(rows / block[0]), Math.ceil(columns / block[1])];
}

/** Sizes of the convolution whose kernel has the gradient that is asked for. */
export function kernelGradientGeometry(problem: KernelGradientProblem): KernelGradientGeometry {
  const [x, dy] = problem.inputs;
  const kernel = { ...problem.output, shape: problem.output.shape.slice(1) };
  const sizes = geometry({ ...problem, inputs: [x!, kernel], output: dy! });
  const blocks = blocksOfImage(sizes.down.output, sizes.across.output, problem.block);
  return { ...sizes, blocks, parts: sizes.batch * blocks[0] * blocks[1] };
}
