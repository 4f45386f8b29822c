/** Checks that op functions share. */
import { ShapeError } from '../errors.ts';
import { describe, type OperationKind, type Value } from './value.ts';

/** Throws `ShapeError` unless the operand is of one of the given ranks and holds real numbers. */
export function requireRank(
  kind: OperationKind,
  operandName: string,
  operand: Value,
  ...ranks: number[]
): void {
  if (operand.dataType !== 'float32' && operand.dataType !== 'float16') {
    throw new ShapeError(`${kind}: ${operandName} must hold real numbers, but it is ${describe(operand)}.`);
  }
  if (!ranks.includes(operand.shape.length)) {
    throw new ShapeError(
      `${kind}: ${operandName} must have ${ranks.join(' or ')} dimensions, but it is ${describe(operand)}.`,
    );
  }
}

/** Throws `ShapeError` unless every size is a positive integer. */
export function requireSizes(what: string, shape: readonly number[]): void {
  if (!shape.every((size) => Number.isInteger(size) && size > 0)) {
    throw new ShapeError(
      `${what}: every size must be a positive integer, but the shape is [${shape.join(', ')}].`,
    );
  }
}

/** Throws `ShapeError` saying both shapes. */
export function shapesDisagree(kind: OperationKind, reason: string, ...operands: Value[]): never {
  throw new ShapeError(`${kind}: ${reason}; got ${operands.map(describe).join(' and ')}.`);
}

/** Throws `ShapeError` unless the operand is `uint32` of one dimension and at least two elements: set offsets. */
export function requireOffsets(kind: OperationKind, offsets: Value): void {
  if (offsets.dataType !== 'uint32' || offsets.shape.length !== 1 || offsets.shape[0]! < 2) {
    throw new ShapeError(
      `${kind}: offsets must be uint32 [B + 1] with B ≥ 1, but they are ${describe(offsets)}.`,
    );
  }
}
