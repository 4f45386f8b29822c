/** Gradients of both convolutions: every product of the forward sum, once more, into the operand that is asked for. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import type { Convolution2dAttributes } from '../graph/value.ts';

type Attributes = Convolution2dAttributes & KernelProblem;

/** The sizes of a convolution. */
interface Sizes {
  readonly x: readonly number[];
  readonly kernel: readonly number[];
  readonly dy: readonly number[];
}

/**
 * Calls for every output place and every tap that lies inside the image.
 *
 * @param visit flat numbers: of the place in x, in the kernel and in dy, without channels; image, row and column of dy
 */
function eachTap(
  { x, kernel, dy }: Sizes,
  { strides: [down, across], padding: { top, left } }: Convolution2dAttributes,
  visit: (xPlace: number, tap: number, dyPlace: number, image: number, row: number, column: number) => void,
): void {
  const [, height, width] = x as [number, number, number];
  const [kernelHeight, kernelWidth] = kernel as [number, number];
  const [batch, outputHeight, outputWidth] = dy as [number, number, number];
  let dyPlace = 0;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < outputHeight; i++) {
      for (let j = 0; j < outputWidth; j++, dyPlace++) {
        for (let u = 0; u < kernelHeight; u++) {
          const row = i * down + u - top;
          if (row < 0 || row >= height) continue;
          for (let v = 0; v < kernelWidth; v++) {
            const column = j * across + v - left;
            if (column < 0 || column >= width) continue;
            visit((b * height + row) * width + column, u * kernelWidth + v, dyPlace, b, i, j);
          }
        }
      }
    }
  }
}

function inputSizes({ inputs, output }: Attributes): Sizes {
  return { x: output.shape, kernel: inputs[1]!.shape, dy: inputs[0]!.shape };
}

function kernelSizes({ inputs, output }: Attributes): Sizes {
  return { x: inputs[0]!.shape, kernel: output.shape.slice(1), dy: inputs[1]!.shape };
}

/** `dx[b, i·s + u − top, j·s + v − left, c] = Σ dy[b, i, j, o] · w[u, v, c, o]`. */
export function conv2dInputGradient(problem: Attributes, [dy, w]: readonly Float64Array[]): Float64Array {
  const [, , channels, outputs] = problem.inputs[1]!.shape as [number, number, number, number];
  const dx = new Float64Array(problem.output.shape.reduce((count, size) => count * size, 1));
  eachTap(inputSizes(problem), problem, (xPlace, tap, dyPlace) => {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let o = 0; o < outputs; o++)
        sum += dy![dyPlace * outputs + o]! * w![(tap * channels + c) * outputs + o]!;
      dx[xPlace * channels + c] = dx[xPlace * channels + c]! + sum;
    }
  });
  return dx;
}

/** `dx[b, i·s + u − top, j·s + v − left, c] = Σ dy[b, i, j, c] · w[u, v, c]`. */
export function depthwiseConv2dInputGradient(
  problem: Attributes,
  [dy, w]: readonly Float64Array[],
): Float64Array {
  const channels = problem.output.shape[3]!;
  const dx = new Float64Array(problem.output.shape.reduce((count, size) => count * size, 1));
  eachTap(inputSizes(problem), problem, (xPlace, tap, dyPlace) => {
    for (let c = 0; c < channels; c++) {
      const at = xPlace * channels + c;
      dx[at] = dx[at]! + dy![dyPlace * channels + c]! * w![tap * channels + c]!;
    }
  });
  return dx;
}

/** Which part an output belongs to. */
function partOf(
  { block }: { readonly block: readonly [number, number] },
  [, height, width]: readonly number[],
) {
  const [down, across] = [Math.ceil(height! / block[0]), Math.ceil(width! / block[1])];
  return (image: number, row: number, column: number): number =>
    (image * down + Math.floor(row / block[0])) * across + Math.floor(column / block[1]);
}

type PartsAttributes = Attributes & { readonly block: readonly [number, number] };

/** `dw[p, u, v, c, o] = Σ x[b, i·s + u − top, j·s + v − left, c] · dy[b, i, j, o]` over the outputs of part p. */
export function conv2dKernelGradientParts(
  problem: PartsAttributes,
  [x, dy]: readonly Float64Array[],
): Float64Array {
  const [parts, kernelHeight, kernelWidth, channels, outputs] = problem.output.shape as [
    number,
    number,
    number,
    number,
    number,
  ];
  const dw = new Float64Array(parts * kernelHeight * kernelWidth * channels * outputs);
  const part = partOf(problem, problem.inputs[1]!.shape);
  eachTap(kernelSizes(problem), problem, (xPlace, tap, dyPlace, image, row, column) => {
    const start = (part(image, row, column) * kernelHeight * kernelWidth + tap) * channels;
    for (let c = 0; c < channels; c++) {
      const factor = x![xPlace * channels + c]!;
      for (let o = 0; o < outputs; o++) {
        const at = (start + c) * outputs + o;
        dw[at] = dw[at]! + factor * dy![dyPlace * outputs + o]!;
      }
    }
  });
  return dw;
}

/** `dw[p, u, v, c] = Σ x[b, i·s + u − top, j·s + v − left, c] · dy[b, i, j, c]` over the outputs of part p. */
export function depthwiseConv2dKernelGradientParts(
  problem: PartsAttributes,
  [x, dy]: readonly Float64Array[],
): Float64Array {
  const [parts, kernelHeight, kernelWidth, channels] = problem.output.shape as [
    number,
    number,
    number,
    number,
  ];
  const dw = new Float64Array(parts * kernelHeight * kernelWidth * channels);
  const part = partOf(problem, problem.inputs[1]!.shape);
  eachTap(kernelSizes(problem), problem, (xPlace, tap, dyPlace, image, row, column) => {
    const start = (part(image, row, column) * kernelHeight * kernelWidth + tap) * channels;
    for (let c = 0; c < channels; c++) {
      dw[start + c] = dw[start + c]! + x![xPlace * channels + c]! * dy![dyPlace * channels + c]!;
    }
  });
  return dw;
}
