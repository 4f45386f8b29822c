/** Objects as JSON, for a tree that folds. */
import type { JsonValue } from '../../document/nbformat.ts';
import { isNumericArray } from './numeric-array.ts';
import { inspect } from './plain.ts';

const maximalDepth = 8;
const maximalNodes = 5_000;
const maximalItems = 200;

/** A copy of a value that JSON can carry: cycles, deep parts, long lists and what is no data become words. */
export function jsonTree(value: unknown): JsonValue {
  let nodes = 0;

  function copy(item: unknown, above: readonly object[]): JsonValue {
    nodes++;
    if (item === null || typeof item === 'string' || typeof item === 'boolean') {
      return item;
    }
    if (typeof item === 'number') {
      return Number.isFinite(item) ? item : String(item);
    }
    if (typeof item !== 'object' || isNumericArray(item) || !isContainer(item)) {
      return inspect(item);
    }
    if (above.includes(item)) {
      return '[circular]';
    }
    const inside = [...above, item];
    const entries = childrenOf(item);
    if (inside.length > maximalDepth || nodes > maximalNodes) {
      return `[${entries.length} items not shown]`;
    }
    const shown = entries.slice(0, maximalItems);
    const left = entries.length - shown.length;
    if (Array.isArray(item) || item instanceof Set) {
      const items = shown.map(([, child]) => copy(child, inside));
      return left > 0 ? [...items, `… ${left} more`] : items;
    }
    const object = Object.fromEntries(shown.map(([key, child]) => [key, copy(child, inside)]));
    return left > 0 ? { ...object, '…': `${left} more` } : object;
  }

  return copy(value, []);
}

/** Whether a value is shown by its parts rather than by a word. */
export function isContainer(value: object): boolean {
  return !(
    value instanceof Error ||
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof URL ||
    value instanceof ArrayBuffer ||
    value instanceof Promise ||
    value instanceof Blob ||
    value instanceof WeakMap ||
    value instanceof WeakSet
  );
}

function childrenOf(value: object): [string, unknown][] {
  if (value instanceof Map) {
    return [...value].map(([key, item]) => [typeof key === 'string' ? key : inspect(key), item]);
  }
  if (value instanceof Set) {
    return [...value].map((item, index) => [String(index), item]);
  }
  return Object.keys(value).map((key) => [key, read(value, key)]);
}

function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? error.message : 'it throws'}]`;
  }
}
