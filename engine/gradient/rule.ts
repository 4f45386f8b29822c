/** What a differentiation rule is. */
import type { Operation, Value } from '../graph/value.ts';

/** One operation of the forward pass, as its rule sees it. */
export interface DifferentiatedOperation {
  readonly operation: Operation;
  /** The forward operands, for use in the backward pass: perhaps computed again there. */
  readonly inputs: readonly Value[];
  /** The forward result, likewise. Its own `inputs` are not for use. */
  readonly output: Value;
  /** The gradient of the loss with respect to the output, of the output's shape. */
  readonly dy: Value;
  /** For each operand, whether somebody wants its gradient. */
  readonly needed: readonly boolean[];
}

/**
 * The vector–Jacobian product of an operation.
 *
 * @returns for each operand its part of the gradient, of the operand's shape; undefined where none is needed
 */
export type GradientRule = (at: DifferentiatedOperation) => readonly (Value | undefined)[];
