/** What the kernels of both convolutions need to know of an image, its padding and its tiles. */
import type { KernelProblem } from '../kernel.ts';

/** Rows and columns of zeros around an image, in elements. */
export interface Padding2d {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Attributes that both convolutions share. */
export interface Convolution2dAttributes {
  /** Steps down and across. */
  readonly strides: readonly [number, number];
  readonly padding: Padding2d;
}

/** Inputs: x `[B, H, W, C]`, the kernel, then the epilogue's operands. Output `[B, H', W', O]`. */
export interface ConvolutionProblem extends KernelProblem, Convolution2dAttributes {}

/** Number of the operation's own operands. */
export const operandCount = 2;

/** One axis of a convolution: sizes in elements. */
export interface Axis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  /** Zeros before the first element. */
  readonly before: number;
}

export interface Geometry {
  readonly batch: number;
  readonly down: Axis;
  readonly across: Axis;
  /** C. */
  readonly channels: number;
  /** O; the same as C in a depthwise convolution. */
  readonly outputs: number;
}

export function geometry({ inputs, output, strides, padding }: ConvolutionProblem): Geometry {
  const [batch, height, width, channels] = inputs[0]!.shape as [number, number, number, number];
  const [kernelHeight, kernelWidth] = inputs[1]!.shape as [number, number];
  const [, outputHeight, outputWidth, outputs] = output.shape as [number, number, number, number];
  return {
    batch,
    down: {
      input: height,
      output: outputHeight,
      kernel: kernelHeight,
      stride: strides[0],
      before: padding.top,
    },
    across: {
      input: width,
      output: outputWidth,
      kernel: kernelWidth,
      stride: strides[1],
      before: padding.left,
    },
    channels,
    outputs,
  };
}

/** Input elements under a tile of outputs: `(size − 1) · stride + kernel`. */
export function inputsUnderTile({ kernel, stride }: Axis, size: number): number {
  return (size - 1) * stride + kernel;
}

/**
 * Whether, in any tile, the input element at a position under the tile can lie outside the image.
 *
 * @param size outputs in a tile; the last tile may reach beyond the output
 * @param position 0 … `inputsUnderTile` − 1
 */
export function mayLeaveImage(axis: Axis, size: number, position: number): boolean {
  const lastTile = (Math.ceil(axis.output / size) - 1) * size;
  return position < axis.before || lastTile * axis.stride - axis.before + position >= axis.input;
}
