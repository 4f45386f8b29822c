/** Random operands, and what the float64 reference makes of them. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import type { HostArray } from '../backend.ts';
import { fromFloat16, toFloat16 } from '../data-type.ts';
import { elementCount } from '../graph/value.ts';
import { uniform } from '../random.ts';
import { evaluate, type ReferenceProblem } from '../reference/evaluate.ts';
import { dividedRows, dividingOperands } from '../run/check-inputs.ts';

/** Operations of float64 that take about a second. */
const mostOperations = 4e8;

/**
 * Operands as they lie in GPU memory. Real numbers are uniform around 0, up to ±1 where nothing is known; weights are
 * smaller the more of them are summed. Offsets are random and use all rows; photos have random sizes.
 */
export function randomOperands(problem: KernelProblem, operation: string, seed: number): HostArray[] {
  const { inputs } = problem;
  const dividing = dividingOperands[operation as keyof typeof dividingOperands];
  return inputs.map(({ shape, dataType }, operand): HostArray => {
    const count = elementCount(shape);
    const random = (i: number): number => uniform(seed * 64 + operand, i);
    if (operand === dividing?.by) {
      const rows = dividedRows(problem, dividing);
      if (/gather|scatter/.test(operation))
        return Uint32Array.from({ length: count }, (_, i) => rows * random(i));
      return operation === 'image_preprocess'
        ? randomLayout(shape[0]!, rows, random)
        : randomOffsets(count, rows, random);
    }
    if (dataType === 'uint8') return Uint8Array.from({ length: count }, (_, i) => 256 * random(i));
    if (dataType === 'uint32') return Uint32Array.from({ length: count }, (_, i) => 256 * random(i));
    // Sums with a deviation of 4, and arguments up to 8, reach both ends of a relu6 and the middle of a sigmoid.
    const weights = operand === 1 && /matmul|conv2d/.test(operation);
    const argument = operand === 0 && /relu|sigmoid|tanh|softmax|attention_pool/.test(operation);
    const scale = weights ? 12 / Math.sqrt(count / shape.at(-1)!) : argument ? 8 : 1;
    const values = Float32Array.from({ length: count }, (_, i) => (2 * random(i) - 1) * scale);
    return dataType === 'float16' ? toFloat16(values) : values;
  });
}

function randomOffsets(count: number, rows: number, random: (i: number) => number): Uint32Array {
  const offsets = Uint32Array.from({ length: count }, (_, i) => Math.floor(random(i) * (rows + 1))).sort();
  offsets[0] = 0;
  if (count > 1) offsets[count - 1] = rows;
  return offsets;
}

function randomLayout(photos: number, capacity: number, random: (i: number) => number): Uint32Array {
  const share = Math.floor(capacity / photos);
  return Uint32Array.from({ length: 3 * photos }, (_, i) => {
    const photo = Math.floor(i / 3);
    const height = Math.ceil(Math.sqrt(share) * (0.5 + 0.5 * random(2 * photo)));
    const width = Math.floor((share / height) * (0.5 + 0.5 * random(2 * photo + 1)));
    return [photo * share, height, width][i % 3]!;
  });
}

/** Operands as the reference takes them. */
export function numbersOf({ inputs }: KernelProblem, operands: readonly HostArray[]): Float64Array[] {
  return operands.map((data, i) =>
    Float64Array.from(inputs[i]!.dataType === 'float16' ? fromFloat16(data as Uint16Array) : data),
  );
}

/** What a kernel should compute. */
export interface Expected {
  readonly values: ArrayLike<number>;
  /** Rows (along the first axis of the output, or of its matrix) that `values` holds; null where it holds them all. */
  readonly rows: readonly number[] | null;
}

/** Operations each of whose output rows depends on the same row of some operands and all of the others. */
const rowwise = /^(matmul|conv2d|depthwise_conv2d|global_average_pool|softmax)$/;

/**
 * The operation and its epilogue in float64.
 *
 * Where all of it would take longer than about a second and rows can be computed alone (photos of a batch, rows of a matrix
 * product), only some are: the first, the last, and others at random.
 *
 * @param operations floating-point operations of the whole
 */
export function expectedOutput(
  problem: KernelProblem,
  operation: string,
  operands: readonly HostArray[],
  operations: number,
  seed: number,
): Expected {
  const numbers = numbersOf(problem, operands);
  const reference = (some: KernelProblem, data: readonly Float64Array[]): Float64Array =>
    evaluate({ ...some, kind: operation } as ReferenceProblem, data);
  const { shape } = problem.output;
  // A matrix product knows no more of leading axes than how many rows there are.
  const kept = operation === 'matmul' ? 1 : shape.length - 1;
  const tail = shape.slice(shape.length - kept);
  const rowCount = elementCount(shape) / elementCount(tail);
  const most = Math.max(1, Math.floor((rowCount * mostOperations) / operations));
  if (most >= rowCount || !rowwise.test(operation))
    return { values: reference(problem, numbers), rows: null };

  const chosen = new Set([0, rowCount - 1].slice(0, most));
  for (let i = 0; chosen.size < most; i++) chosen.add(Math.floor(uniform(seed, i) * rowCount));
  const rows = [...chosen].sort((a, b) => a - b);
  // The second operand of a convolution or product is shared by all rows, and so is a bias.
  const isShared = (i: number): boolean =>
    (i === 1 && /matmul|conv2d/.test(operation)) ||
    (i > 0 && numbers[i]!.length === shape.at(-1) && rowCount > 1);
  const part = {
    ...problem,
    inputs: problem.inputs.map((input, i) => {
      if (isShared(i)) return input;
      return {
        ...input,
        shape: [
          rows.length,
          ...input.shape.slice(input.shape.length - (operation === 'matmul' ? 1 : input.shape.length - 1)),
        ],
      };
    }),
    output: { ...problem.output, shape: [rows.length, ...tail] },
  };
  const data = numbers.map((array, i) => {
    if (isShared(i)) return array;
    const width = array.length / rowCount;
    const some = new Float64Array(rows.length * width);
    rows.forEach((row, to) => {
      some.set(array.subarray(row * width, (row + 1) * width), to * width);
    });
    return some;
  });
  return { values: reference(part, data), rows };
}
