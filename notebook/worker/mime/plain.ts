/** Any value as text, the way a console prints it. */

import { isPlainObject } from './displayable.ts';
import { describeArray, isNumericArray } from './numeric-array.ts';

const maximalDepth = 4;
const maximalItems = 100;
const maximalString = 10_000;
const width = 80;

/** The text of a value: strings as they are, everything else as source code would have it, limited in size. */
export function plainText(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value);
}

/** Like `plainText`, with strings quoted. Never throws, whatever getters and proxies do. */
export function inspect(value: unknown, depth = 0, above: readonly object[] = []): string {
  try {
    return inspectUnsafely(value, depth, above);
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? error.message : 'it throws'}]`;
  }
}

function inspectUnsafely(value: unknown, depth: number, above: readonly object[]): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'bigint':
      return `${value}n`;
    case 'function':
      return inspectFunction(value);
    case 'object':
      return value === null ? 'null' : inspectObject(value, depth, above);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function quote(text: string): string {
  const shown = text.length > maximalString ? `${text.slice(0, maximalString)}…` : text;
  const escaped = JSON.stringify(shown).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped}'`;
}

function inspectFunction(value: object): string {
  const name = 'name' in value && typeof value.name === 'string' ? value.name : '';
  const isClass = Function.prototype.toString.call(value).startsWith('class');
  return `[${isClass ? 'class' : 'function'} ${name || '(anonymous)'}]`;
}

function inspectObject(value: object, depth: number, above: readonly object[]): string {
  if (above.includes(value)) {
    return '[circular]';
  }
  if (isNumericArray(value)) {
    return describeArray(value);
  }
  if (value instanceof Error) {
    return `${value.name}: ${value.message}`;
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  }
  if (value instanceof RegExp || value instanceof URL) {
    return String(value);
  }
  if (value instanceof ArrayBuffer) {
    return `ArrayBuffer [${value.byteLength} bytes]`;
  }
  if (value instanceof Promise) {
    return 'Promise (await it to see its value)';
  }
  if (value instanceof Blob) {
    return `${value.constructor.name} [${value.size} bytes, ${value.type || 'unknown type'}]`;
  }
  const inside = [...above, value];
  const show = (item: unknown) => inspect(item, depth + 1, inside);
  if (Array.isArray(value)) {
    return depth >= maximalDepth
      ? `[array of ${value.length}]`
      : list('', '[]', value.length, value.slice(0, maximalItems).map(show));
  }
  if (value instanceof Set) {
    return list(`Set(${value.size}) `, '{}', value.size, [...value].slice(0, maximalItems).map(show));
  }
  if (value instanceof Map) {
    const entries = [...value].slice(0, maximalItems).map(([key, item]) => `${show(key)} => ${show(item)}`);
    return list(`Map(${value.size}) `, '{}', value.size, entries);
  }
  const name = isPlainObject(value) ? '' : `${value.constructor?.name ?? 'Object'} `;
  const keys = Object.keys(value);
  if (depth >= maximalDepth) {
    return `[${name || 'object '}with ${keys.length} properties]`;
  }
  const entries = keys
    .slice(0, maximalItems)
    .map((key) => `${propertyName(key)}: ${show(readProperty(value, key))}`);
  return list(name, '{}', keys.length, entries);
}

function propertyName(key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? key : quote(key);
}

function readProperty(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key];
}

/** Items between brackets: on one line where they fit, else one a line. */
function list(prefix: string, brackets: '[]' | '{}', total: number, items: readonly string[]): string {
  const [open, close] = brackets;
  if (total === 0) {
    return `${prefix}${brackets}`;
  }
  const shown = total > items.length ? [...items, `… ${total - items.length} more`] : items;
  const line = shown.join(', ');
  if (line.length + prefix.length <= width && !line.includes('\n')) {
    return brackets === '[]' ? `${prefix}[${line}]` : `${prefix}{ ${line} }`;
  }
  const lines = fold(shown).map((each) => `  ${each.replaceAll('\n', '\n  ')}`);
  return `${prefix}${open}\n${lines.join(',\n')}\n${close}`;
}

/** Short items (numbers, mostly) share lines; long ones get one each. */
function fold(items: readonly string[]): string[] {
  if (items.some((item) => item.length > 16 || item.includes('\n'))) {
    return [...items];
  }
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + item.length + 2 <= width - 2) {
      lines[lines.length - 1] = `${last}, ${item}`;
    } else {
      lines.push(item);
    }
  }
  return lines;
}
