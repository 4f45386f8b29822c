/** Checks what a person hands to a program before anything is computed. */
import type { HostArray } from '../backend.ts';
import { hostArrayFits } from '../data-type.ts';
import { InputError } from '../errors.ts';
import { describe, elementCount, type Value } from '../graph/value.ts';

/**
 * Throws `InputError` unless every declared input (or parameter) is given, has the right length and type, and
 * nothing else is given.
 */
export function checkArrays(
  kind: 'input' | 'parameter',
  declared: ReadonlyMap<string, Value>,
  given: Readonly<Record<string, HostArray>>,
): void {
  for (const [name, leaf] of declared) {
    const data = given[name];
    if (!data) {
      throw new InputError(`The ${kind} '${name}' is missing; give it as ${describe(leaf)}.`);
    }
    if (!hostArrayFits(leaf.dataType, data)) {
      throw new InputError(
        `The ${kind} '${name}' must hold ${describe(leaf)}, but it is a ${data.constructor.name}.`,
      );
    }
    if (data.length !== elementCount(leaf.shape)) {
      throw new InputError(
        `The ${kind} '${name}' must hold ${elementCount(leaf.shape)} elements, ${describe(leaf)}, but it holds ${data.length}.`,
      );
    }
  }
  if (kind === 'parameter') return; // A weight file may hold more than a graph uses.
  for (const name of Object.keys(given)) {
    if (!declared.has(name)) {
      throw new InputError(
        `The graph has no ${kind} '${name}'; it has ${[...declared.keys()].map((known) => `'${known}'`).join(', ') || 'none'}.`,
      );
    }
  }
}
