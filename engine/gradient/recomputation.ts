/**
 * Forward values that are computed again in the backward pass instead of being kept.
 *
 * Source: Chen et al., "Training Deep Nets with Sublinear Memory Cost" (arXiv 1604.06174), section 4.
 */
import { after } from '../graph/after.ts';
import type { Value } from '../graph/value.ts';

/** Gives for a forward value what the backward pass may use in its stead. */
export type Recomputation = (forward: Value, dy: Value) => Value;

/**
 * A value that is not kept is computed again, once, from those that are, and not before the backward pass reaches it:
 * `dy`, the gradient that first asks for it, must be there.
 *
 * @param isKept whether a computed value stays in memory for the backward pass; leaves always do
 */
export function recomputation(isKept: (forward: Value) => boolean): Recomputation {
  const again = new Map<Value, Value>();
  const isAvailable = (forward: Value) => forward.inputs.length === 0 || isKept(forward);
  return (wanted, dy) => {
    if (isAvailable(wanted)) return wanted;
    // Operands before users; a stack of its own, for what is recomputed may be long.
    const stack = [wanted];
    while (stack.length > 0) {
      const current = stack.at(-1)!;
      const missing = current.inputs.filter((operand) => !isAvailable(operand) && !again.has(operand));
      if (missing.length > 0) {
        stack.push(...missing);
        continue;
      }
      stack.pop();
      if (again.has(current)) continue;
      const inputs = current.inputs.map((operand, index) =>
        isAvailable(operand) ? (index === 0 ? after(operand, dy) : operand) : again.get(operand)!,
      );
      again.set(current, { ...current, inputs });
    }
    return again.get(wanted)!;
  };
}
