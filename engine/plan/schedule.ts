/** The order of a training step's values. */
import { ShapeError } from '../errors.ts';
import { type Graph, topologicalOrder, type Value } from '../graph/value.ts';
import { storageOf } from './storage.ts';

/** The names of the parameters that an operation changes in place, one a part. */
function changedBy({ operation, inputs }: Value): string[] {
  if (!('inPlace' in operation)) return [];
  return inputs.slice(0, operation.inPlace).map(({ operation: leaf }) => ('name' in leaf ? leaf.name : ''));
}

/** @throws ShapeError unless each state that is changed is an update of the graph, and each update such a change. */
function checkUpdates(graph: Graph, order: readonly Value[]): void {
  const updates = graph.updates ?? {};
  for (const [name, update] of Object.entries(updates)) {
    const part = 'part' in update.operation ? update.operation.part : -1;
    if (changedBy(update)[part] !== name) {
      throw new ShapeError(
        `The update of '${name}' is ${update.operation.kind} '${update.label}', which does not change it; make it with adamUpdate, sgdUpdate or accumulate of that parameter.`,
      );
    }
  }
  for (const current of order) {
    for (const name of changedBy(current)) {
      if (!(name in updates)) {
        throw new ShapeError(
          `${current.operation.kind} '${current.label}' changes the parameter '${name}', which is no update of the graph; put all parts of an update into Graph.updates.`,
        );
      }
    }
  }
}

/**
 * Operands before users, and whoever reads a parameter before the operation that changes it in place.
 *
 * @throws ShapeError where that is impossible.
 */
export function schedule(graph: Graph): Value[] {
  const order = topologicalOrder(graph);
  checkUpdates(graph, order);
  const readers = new Map<string, Value[]>();
  for (const current of order) {
    if ('inPlace' in current.operation) continue;
    for (const operand of current.inputs) {
      const { operation } = storageOf(operand);
      if (operation.kind !== 'parameter' || 'part' in operand.operation) continue;
      const known = readers.get(operation.name) ?? [];
      readers.set(operation.name, [...known, current]);
    }
  }
  const changes = order.filter((current) => 'inPlace' in current.operation);
  const before = new Map(
    changes.map((change) => [change, changedBy(change).flatMap((name) => readers.get(name) ?? [])]),
  );
  return topologicalOrder(graph, (current) => before.get(current) ?? []);
}
