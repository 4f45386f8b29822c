/** Differentiation rules of sums, of numbers that spread over tensors, and of dropout. */
import { constant } from '../graph/after.ts';
import { dropout } from '../graph/dropout.ts';
import { add, multiply } from '../graph/elementwise.ts';
import { broadcast, meanOfParts, scale } from '../graph/sums.ts';
import { elementCount, type Operation, type Value } from '../graph/value.ts';
import type { GradientRule } from './rule.ts';

/** `factor Σ x` over each of P parts. */
function sumOfParts(x: Value, count: number, factor: number): Value {
  return scale(meanOfParts(x, count), (factor * elementCount(x.shape)) / count);
}

function factorOf(operation: Operation): number {
  return (operation as Extract<Operation, { readonly kind: 'broadcast' | 'scale' }>).factor;
}

/** `y[c] = Σ x[…, c]`: every row gets dy. */
export const sumRowsRule: GradientRule = ({ inputs, dy }) => [add(constant(0, inputs[0]!.shape), dy)];

/** `y = (1 / n) Σ x` of each part: every element of it gets dy / n. */
export const meanRule: GradientRule = ({ inputs, output, dy }) => {
  const { shape } = inputs[0]!;
  return [broadcast(dy, shape, { factor: elementCount(output.shape) / elementCount(shape) })];
};

/** `y = Σ x²`: `dx = 2 x dy`. */
export const sumOfSquaresRule: GradientRule = ({ inputs, dy }) => [scale(inputs[0]!, 2, dy)];

/** `y = factor · s`: `ds = factor Σ dy`. */
export const broadcastRule: GradientRule = ({ operation, inputs, dy }) => [
  sumOfParts(dy, inputs[0]!.shape[0]!, factorOf(operation)),
];

/** `y = factor · s · x`: `dx = factor · s · dy`, `ds = factor Σ x dy`. */
export const scaleRule: GradientRule = ({ operation, inputs: [x, s], dy, needed }) => {
  const factor = factorOf(operation);
  return [
    needed[0] ? scale(dy, factor, s) : undefined,
    s && needed[1] ? sumOfParts(multiply(x!, dy), s.shape[0]!, factor) : undefined,
  ];
};

/** `y = a − b`: `da = dy`, `db = −dy`. */
export const subtractRule: GradientRule = ({ dy, needed }) => [dy, needed[1] ? scale(dy, -1) : undefined];

/** The same mask and factor, drawn again. */
export const dropoutRule: GradientRule = ({ operation, inputs, dy }) => [
  dropout(dy, inputs[1]!, operation as Extract<Operation, { readonly kind: 'dropout' }>),
  undefined,
];
