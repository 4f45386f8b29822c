import type { JsonObject, JsonValue, MultilineString } from './nbformat.ts';

/** The text of a source or an output, whichever of the two forms the file used. */
export function joinLines(text: MultilineString): string {
  return typeof text === 'string' ? text : text.join('');
}

// The line ends of Python's `str.splitlines`, which Jupyter splits with; \x1c to \x1e are separators of records.
const ends = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';
const lines = new RegExp(`[^${ends}]*(?:\\r\\n|[${ends}])|[^${ends}]+`, 'g');

/** Lines that keep their line ends, split where Jupyter splits; `joinLines` undoes it exactly. */
export function splitLines(text: MultilineString): string[] {
  return joinLines(text).match(lines) ?? [];
}

export function isMultilineString(value: unknown): value is MultilineString {
  return (
    typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'))
  );
}

function isJsonType(mimeType: string): boolean {
  return /^application\/(.*\+)?json$/.test(mimeType);
}

/** A MIME bundle whose texts are plain strings. JSON values stay as they are, lists of strings too. */
export function joinBundle(bundle: JsonObject): JsonObject {
  return mapValues(bundle, (mimeType, value) =>
    !isJsonType(mimeType) && isMultilineString(value) ? joinLines(value) : value,
  );
}

/** A MIME bundle as Jupyter writes it: text and SVG in lists of lines, base64 in one string. */
export function splitBundle(bundle: JsonObject): JsonObject {
  return mapValues(bundle, (mimeType, value) => {
    const split =
      mimeType.startsWith('text/') || mimeType === 'image/svg+xml' || mimeType === 'application/javascript';
    return split && typeof value === 'string' ? splitLines(value) : value;
  });
}

function mapValues(object: JsonObject, change: (key: string, value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(key, value)]));
}
