/** How a graph is changed: rules applied to every value, operands first. */
import { type Graph, roots, topologicalOrder, type Value } from '../graph/value.ts';

/**
 * One change. Gets a value whose operands were rewritten already and returns it, or what stands in its place.
 *
 * @param isUsedOnce whether an operand has this value as its only user and is no output of the graph
 */
export type RewriteRule = (value: Value, isUsedOnce: (operand: Value) => boolean) => Value;

/** Applies a rule everywhere. The graph given is not changed; unchanged values are shared. */
export function rewrite(graph: Graph, rule: RewriteRule): Graph {
  const uses = new Map<Value, number>();
  const addUse = (used: Value) => uses.set(used, (uses.get(used) ?? 0) + 1);
  const order = topologicalOrder(graph);
  for (const current of order) for (const operand of current.inputs) addUse(operand);
  for (const output of roots(graph)) addUse(output);

  const outputs = new Set(roots(graph));
  const usedOnce = new Map<Value, boolean>();
  const replacements = new Map<Value, Value>();
  const isUsedOnce = (operand: Value) => usedOnce.get(operand) ?? false;
  for (const current of order) {
    const inputs = current.inputs.map((operand) => replacements.get(operand)!);
    const changed = inputs.some((operand, index) => operand !== current.inputs[index]);
    const replacement = rule(changed ? { ...current, inputs } : current, isUsedOnce);
    replacements.set(current, replacement);
    usedOnce.set(replacement, uses.get(current) === 1 && !outputs.has(current));
  }
  const replaced = (values: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(values).map(([name, one]) => [name, replacements.get(one)!]));
  return {
    outputs: replaced(graph.outputs),
    ...(graph.updates ? { updates: replaced(graph.updates) } : {}),
  };
}

/** The label to keep when an operation is fused behind another: the outer one if somebody chose it. */
export function fusedLabel(outer: Value, inner: Value): string {
  return outer.label === outer.operation.kind ? inner.label : outer.label;
}
