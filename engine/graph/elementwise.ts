/** Element-wise operations. A rewrite fuses most of them into the kernel that produces their operand. */
import { requireRank, shapesDisagree } from './check.ts';
import { type Activation, type Value, value } from './value.ts';

function binary(kind: 'add' | 'multiply', a: Value, b: Value): Value {
  requireRank(kind, 'a', a, 1, 2, 3, 4);
  requireRank(kind, 'b', b, 1, 2, 3, 4);
  const sameShape = `${a.shape}` === `${b.shape}`;
  const isVector = b.shape.length === 1 && b.shape[0] === a.shape.at(-1);
  if (!sameShape && !(kind === 'add' && isVector)) {
    shapesDisagree(
      kind,
      kind === 'add'
        ? 'b must have the shape of a, or be a vector as long as the last size of a'
        : 'a and b must have the same shape',
      a,
      b,
    );
  }
  return value({ kind }, [a, b], a.shape);
}

/**
 * `a + b`.
 *
 * @param a any shape `[…, C]`
 * @param b the same shape, or a bias `[C]` added along the last axis
 * @throws ShapeError where neither holds.
 */
export function add(a: Value, b: Value): Value {
  return binary('add', a, b);
}

/** `a ∘ b`, element by element. @throws ShapeError unless the shapes are equal. */
export function multiply(a: Value, b: Value): Value {
  return binary('multiply', a, b);
}

function unary(kind: Activation, x: Value): Value {
  requireRank(kind, 'x', x, 1, 2, 3, 4);
  return value({ kind }, [x], x.shape);
}

/** `max(x, 0)`. */
export function relu(x: Value): Value {
  return unary('relu', x);
}

/** `min(max(x, 0), 6)`. */
export function relu6(x: Value): Value {
  return unary('relu6', x);
}

/** `1 / (1 + e⁻ˣ)`. */
export function sigmoid(x: Value): Value {
  return unary('sigmoid', x);
}

/** `(eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)`. */
export function tanh(x: Value): Value {
  return unary('tanh', x);
}
