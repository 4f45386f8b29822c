/**
 * Reverse-mode differentiation: extends a graph by the gradients of a scalar.
 *
 * Source: Baydin et al., "Automatic Differentiation in Machine Learning: a Survey" (JMLR 18, 2018), section 3.2.
 */
import { ShapeError } from '../errors.ts';
import { constant } from '../graph/after.ts';
import { add } from '../graph/elementwise.ts';
import { describe, topologicalOrder, type Value } from '../graph/value.ts';
import { recomputation } from './recomputation.ts';
import type { DifferentiatedOperation } from './rule.ts';
import { rules } from './rules.ts';

/** How to differentiate. */
export interface GradientOptions {
  /**
   * Whether a forward value stays in memory for the backward pass; what does not is computed again from what does.
   * Default: all stay.
   */
  readonly keep?: (forward: Value) => boolean;
}

/** What tells one leaf from another: two mentions of a parameter are one parameter. */
function leafName({ operation }: Value): string | undefined {
  return operation.kind === 'input' || operation.kind === 'parameter'
    ? `${operation.kind} ${operation.name}`
    : undefined;
}

/**
 * The gradients of a loss, as values of the same graph. What no wanted gradient needs is not built, so parameters that
 * are left out (frozen) cost nothing.
 *
 * @param loss `[1]`
 * @param withRespectTo parameters, inputs or intermediate values
 * @returns for each its gradient, of its shape; zeros where the loss does not depend on it
 * @throws ShapeError where the loss is no scalar, or an operation on the way cannot be differentiated
 */
export function gradients(
  loss: Value,
  withRespectTo: readonly Value[],
  { keep }: GradientOptions = {},
): Value[] {
  if (`${loss.shape}` !== '1') {
    throw new ShapeError(`gradients: the loss must be one number, [1], but it is ${describe(loss)}.`);
  }
  const order = topologicalOrder({ outputs: { loss } });
  const wantedValues = new Set(withRespectTo);
  const wantedLeaves = new Set(withRespectTo.map(leafName).filter((name) => name !== undefined));
  const isWanted = (current: Value) => wantedValues.has(current) || wantedLeaves.has(leafName(current) ?? '');
  const matters = new Set<Value>();
  for (const current of order) {
    if (isWanted(current) || current.inputs.some((operand) => matters.has(operand))) matters.add(current);
  }

  const available = keep ? recomputation(keep) : (forward: Value) => forward;
  const found = new Map<Value, Value>([[loss, constant(1, [1])]]);
  for (const current of order.toReversed()) {
    const dy = found.get(current);
    if (!dy || !current.inputs.some((operand) => matters.has(operand))) continue;
    const parts = differentiate(current, {
      operation: current.operation,
      inputs: current.inputs.map((operand) => available(operand, dy)),
      output: available(current, dy),
      dy,
      needed: current.inputs.map((operand) => matters.has(operand)),
    });
    parts.forEach((part, index) => {
      const operand = current.inputs[index]!;
      if (!part || !matters.has(operand)) return;
      nameGradient(part, operand);
      const earlier = found.get(operand);
      found.set(operand, earlier ? add(earlier, part) : part);
    });
  }
  return withRespectTo.map((wanted) => {
    const name = leafName(wanted);
    const same = name === undefined ? [wanted] : order.filter((current) => leafName(current) === name);
    const parts = same.flatMap((current) => found.get(current) ?? []);
    return parts.length > 0 ? parts.reduce((sum, part) => add(sum, part)) : constant(0, wanted.shape);
  });
}

/** Names a new value in place: a copy would be a second value, computed again. */
function nameGradient(part: Value, operand: Value): void {
  if (part.label === part.operation.kind) (part as { label: string }).label = `∂${operand.label}`;
}

function differentiate(current: Value, at: DifferentiatedOperation): readonly (Value | undefined)[] {
  const { kind } = current.operation;
  if (kind === 'after') return [at.dy, undefined];
  const rule = rules[kind];
  if (!rule) {
    throw new ShapeError(
      `gradients: ${kind} '${current.label}' cannot be differentiated; put it before what is learned.`,
    );
  }
  return rule(at);
}
