/** Sums over tensors, and numbers that spread over them again: what gradients and penalties are made of. */
import { ShapeError } from '../errors.ts';
import { requireRank, requireSizes, shapesDisagree } from './check.ts';
import { reshape } from './reduction.ts';
import { describe, elementCount, type Value, value } from './value.ts';

/** Throws `ShapeError` unless the factor of an operation is a finite number. */
export function requireNumber(what: string, number: number): void {
  if (!Number.isFinite(number)) throw new ShapeError(`${what} must be a finite number, but it is ${number}.`);
}

/** Throws `ShapeError` unless the operand is float32 `[1]`: one number. */
export function requireOne(kind: string, operandName: string, operand: Value): void {
  if (operand.dataType !== 'float32' || `${operand.shape}` !== '1') {
    throw new ShapeError(
      `${kind}: ${operandName} must be one number, float32 [1], but it is ${describe(operand)}.`,
    );
  }
}

/** So many that parts are added up first, by many workgroups. */
const manyRows = 4096;
const manyElements = 65_536;
const parts = 64;

/**
 * `y[c] = Σ x[…, c]` over all leading axes.
 *
 * @param x `[…, C]`
 * @returns `[C]`
 */
export function sumRows(x: Value): Value {
  requireRank('sum_rows', 'x', x, 1, 2, 3, 4);
  const columns = x.shape.at(-1)!;
  const rows = elementCount(x.shape) / columns;
  if (rows < manyRows || rows % parts > 0) return value({ kind: 'sum_rows' }, [x], [columns]);
  const partial = sumRows(reshape(x, [rows / parts, parts * columns]));
  return sumRows(reshape(partial, [parts, columns]));
}

/** 1, or many where x has many elements. */
function partsOf(x: Value): number {
  const count = elementCount(x.shape);
  return count >= manyElements && count % (4 * parts) === 0 ? parts : 1;
}

/** `[P]`: the mean of each of P equally long parts of x. */
export function meanOfParts(x: Value, count: number): Value {
  return value({ kind: 'mean' }, [x], [count]);
}

/**
 * `y = (1 / n) Σ_i x[i]` over all n elements.
 *
 * @param x any shape
 * @returns `[1]`
 */
export function mean(x: Value): Value {
  requireRank('mean', 'x', x, 1, 2, 3, 4);
  const partial = meanOfParts(x, partsOf(x));
  return partial.shape[0] === 1 ? partial : meanOfParts(partial, 1);
}

/**
 * `y = Σ_i x[i]²` over all elements: an L2 penalty, the square of a norm.
 *
 * @param x any shape
 * @returns `[1]`
 */
export function sumOfSquares(x: Value): Value {
  requireRank('sum_of_squares', 'x', x, 1, 2, 3, 4);
  const partial = value({ kind: 'sum_of_squares' }, [x], [partsOf(x)]);
  return partial.shape[0] === 1 ? partial : sumRows(reshape(partial, [parts, 1]));
}

/** Throws `ShapeError` unless s is float32 `[P]`, and P divides the elements of the shape. */
function requireParts(kind: string, s: Value, shape: readonly number[]): void {
  const fits = s.shape.length === 1 && elementCount(shape) % s.shape[0]! === 0;
  if (s.dataType !== 'float32' || !fits) {
    throw new ShapeError(
      `${kind}: s must be float32 [1], or [P] with P a divisor of the elements of [${shape.join(', ')}], but it is ${describe(s)}.`,
    );
  }
}

/**
 * `y[i] = factor · s`; with s `[P]`, each of P equally long parts of y has a number of its own.
 *
 * @param s `[1]` or `[P]`
 * @param shape of y
 */
export function broadcast(
  s: Value,
  shape: readonly number[],
  { factor = 1 }: { readonly factor?: number } = {},
): Value {
  requireSizes('broadcast', shape);
  requireParts('broadcast', s, shape);
  requireNumber('broadcast: factor', factor);
  return value({ kind: 'broadcast', factor }, [s], [...shape]);
}

/**
 * `y[i] = factor · s · x[i]`; with s `[P]`, each of P equally long parts of x has a number of its own.
 *
 * @param x any shape
 * @param factor a constant
 * @param s `[1]` or `[P]`; without it 1
 */
export function scale(x: Value, factor: number, s?: Value): Value {
  requireRank('scale', 'x', x, 1, 2, 3, 4);
  requireNumber('scale: factor', factor);
  if (s) requireParts('scale', s, x.shape);
  return value({ kind: 'scale', factor }, s ? [x, s] : [x], x.shape);
}

/** `a − b`, element by element. @throws ShapeError unless the shapes are equal. */
export function subtract(a: Value, b: Value): Value {
  requireRank('subtract', 'a', a, 1, 2, 3, 4);
  requireRank('subtract', 'b', b, 1, 2, 3, 4);
  if (`${a.shape}` !== `${b.shape}`) {
    shapesDisagree('subtract', 'a and b must have the same shape', a, b);
  }
  return value({ kind: 'subtract' }, [a, b], a.shape);
}
