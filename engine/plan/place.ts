/** Where the values of a graph live. */
import { storageBytes } from '../data-type.ts';
import type { Graph, Value } from '../graph/value.ts';
import { type Lifetime, planArena } from './arena.ts';
import type { Location } from './location.ts';
import { storageOf } from './storage.ts';

/**
 * Gives each computed value a place in the arena.
 *
 * @param computed the results of dispatches, in order
 */
export function placeValues(graph: Graph, computed: readonly Value[]) {
  const lastUse = new Map<Value, number>();
  computed.forEach((current, step) => {
    for (const operand of current.inputs) lastUse.set(storageOf(operand), step);
    if (!lastUse.has(current)) lastUse.set(current, step);
  });
  for (const output of Object.values(graph.outputs)) lastUse.set(storageOf(output), computed.length);
  const placed = computed.filter((current) => storageOf(current) === current);
  const steps = new Map(computed.map((current, step) => [current, step]));
  const lifetimes = placed.map(
    (current): Lifetime => ({
      bytes: storageBytes(current),
      first: steps.get(current)!,
      last: lastUse.get(current)!,
    }),
  );
  const { buffers, assignment, unsharedBytes } = planArena(lifetimes);
  const bufferOf = new Map(placed.map((current, index) => [current, assignment[index]!]));
  const locate = (current: Value): Location => {
    const storage = storageOf(current);
    const bytes = storageBytes(storage);
    const { operation } = storage;
    return operation.kind === 'input' || operation.kind === 'parameter'
      ? { kind: operation.kind, name: operation.name, bytes }
      : { kind: 'arena', buffer: bufferOf.get(storage)!, bytes };
  };
  return { locate, arena: buffers, unsharedBytes };
}
