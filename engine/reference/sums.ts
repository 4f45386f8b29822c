/** Sums over tensors, and numbers that spread over them. Formulas are in the docstrings of the graph's `sums.ts`. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import { elementCount } from '../graph/value.ts';

type Operands = readonly Float64Array[];

/** `f` of the elements of each of the P parts of x that the output has. */
function partwise(x: Float64Array, { output }: KernelProblem, f: (element: number) => number): Float64Array {
  const parts = elementCount(output.shape);
  const size = x.length / parts;
  return Float64Array.from({ length: parts }, (_, part) => {
    let sum = 0;
    for (let i = part * size; i < (part + 1) * size; i++) sum += f(x[i]!);
    return sum;
  });
}

/** `Σ x[…, c]`. */
export function sumRows({ output }: KernelProblem, [x]: Operands): Float64Array {
  const columns = elementCount(output.shape);
  const y = new Float64Array(columns);
  for (let i = 0; i < x!.length; i++) y[i % columns] = y[i % columns]! + x![i]!;
  return y;
}

export function mean(problem: KernelProblem, [x]: Operands): Float64Array {
  const size = x!.length / elementCount(problem.output.shape);
  return partwise(x!, problem, (element) => element).map((sum) => sum / size);
}

export function sumOfSquares(problem: KernelProblem, [x]: Operands): Float64Array {
  return partwise(x!, problem, (element) => element * element);
}

export function scale({ factor }: { readonly factor: number }, [x, s]: Operands): Float64Array {
  const size = x!.length / (s?.length ?? 1);
  return x!.map((element, i) => element * factor * (s ? s[Math.floor(i / size)]! : 1));
}

export function broadcast(
  { factor, output }: KernelProblem & { readonly factor: number },
  [s]: Operands,
): Float64Array {
  const count = elementCount(output.shape);
  return Float64Array.from({ length: count }, (_, i) => factor * s![Math.floor(i / (count / s!.length))]!);
}

export function subtract(_: unknown, [a, b]: Operands): Float64Array {
  return a!.map((element, i) => element - b![i]!);
}
