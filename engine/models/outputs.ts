/** Choosing outputs among a model's values by name. */
import { ShapeError } from '../errors.ts';
import type { Graph, Value } from '../graph/value.ts';

/**
 * A graph of the named values.
 *
 * @throws ShapeError listing all names where one is unknown, or none was asked for.
 */
export function graphOf(
  model: string,
  values: Readonly<Record<string, Value>>,
  names: readonly string[],
): Graph {
  const known = Object.keys(values).join(', ');
  if (names.length === 0) throw new ShapeError(`${model}: ask for at least one output of: ${known}.`);
  const outputs: Record<string, Value> = {};
  for (const name of names) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (!value) throw new ShapeError(`${model} has no value '${name}'; it has: ${known}.`);
    outputs[name] = value;
  }
  return { outputs };
}
