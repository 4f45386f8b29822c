/** One line of a published file as a record, and what is remembered of lines that are none. */
import { parsePythonLiteral } from './python-literal.ts';

/** Lines that could not be used. */
export interface MalformedLines {
  /** How many there are. */
  readonly count: number;
  /** The first of them. */
  readonly first: readonly { readonly line: number; readonly reason: string }[];
}

/** Fields of a record, unchecked. */
export type AmazonRecord = Readonly<Record<string, unknown>>;

/** How many malformed lines are remembered one by one. */
const remembered = 5;

/** Collects malformed lines. */
export class MalformedLineList implements MalformedLines {
  count = 0;
  readonly first: { line: number; reason: string }[] = [];

  add(line: number, reason: string): void {
    this.count += 1;
    if (this.first.length < remembered) this.first.push({ line, reason });
  }
}

/**
 * Reads a line as strict JSON or as a Python dictionary, whichever it is.
 *
 * @throws SyntaxError saying what is wrong where it is neither.
 */
export function parseRecord(line: string): AmazonRecord {
  let value: unknown;
  if (/^\s*\{\s*["}]/.test(line)) {
    try {
      value = JSON.parse(line);
    } catch {
      // A dictionary whose first key is quoted with ": Python may do so too.
      value = parsePythonLiteral(line);
    }
  } else {
    value = parsePythonLiteral(line);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as AmazonRecord;
  throw new SyntaxError('the line is no dictionary');
}

/**
 * A field that must be a text.
 *
 * @throws SyntaxError where it is none.
 */
export function textField(record: AmazonRecord, key: string): string {
  const value = record[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new SyntaxError(value === undefined ? `"${key}" is missing` : `"${key}" is no text`);
}
