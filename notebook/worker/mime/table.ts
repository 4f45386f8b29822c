/** Records as a table. */
import type { JsonObject, JsonValue, MimeBundle } from '../../document/nbformat.ts';
import { mimeTypes } from '../protocol.ts';
import { isPlainObject } from './displayable.ts';
import { escapeHtml } from './escape.ts';
import { formatNumber } from './numeric-array.ts';
import { inspect } from './plain.ts';

/** Rows that an output holds; the rest is counted in a note. */
export const maximalRows = 1_000;
/** Rows of the fallbacks, which other programs draw in full. */
const fallbackRows = 60;

export interface TableOptions {
  /** Columns to show, in order. Without it, every key of the rows in order of appearance. */
  columns?: readonly string[];
}

/** Whether a value is a list of records of single values, which reads best as a table. */
export function isTabular(value: unknown): value is Record<string, unknown>[] {
  if (!Array.isArray(value) || value.length === 0) {
    return false;
  }
  return value.every(
    (row) =>
      isPlainObject(row) &&
      Object.keys(row).length > 0 &&
      Object.keys(row).length <= 50 &&
      Object.values(row).every((item) => typeof item !== 'object' || item === null || item instanceof Date),
  );
}

/**
 * The bundle of a table: a tabular data resource (Frictionless Data, "Tabular Data Resource"), HTML and text.
 *
 * @throws TypeError where the rows are no list of objects or arrays.
 */
export function tableBundle(rows: Iterable<unknown>, options: TableOptions = {}): MimeBundle {
  const records = [...rows].map(toRecord);
  const columns = options.columns ?? [...new Set(records.flatMap((record) => Object.keys(record)))];
  const shown = records.slice(0, maximalRows);
  const fields = columns.map((name) => ({ name, type: fieldType(shown.map((record) => record[name])) }));
  const data = shown.map(
    (record): JsonObject => Object.fromEntries(columns.map((name) => [name, toCell(record[name])])),
  );
  return {
    [mimeTypes.table]: {
      schema: { fields },
      data,
      ...(records.length > data.length ? { description: note(data.length, records.length) } : {}),
    },
    [mimeTypes.html]: htmlTable(fields, data, records.length),
    [mimeTypes.plain]: plainTable(fields, data, records.length),
  };
}

function toRecord(row: unknown): Record<string, unknown> {
  if (typeof row !== 'object' || row === null) {
    throw new TypeError(`A table needs rows that are objects, but one is ${inspect(row)}.`);
  }
  return Array.isArray(row)
    ? Object.fromEntries(row.map((item, index) => [String(index), item]))
    : { ...row };
}

interface Field {
  name: string;
  type: 'integer' | 'number' | 'boolean' | 'datetime' | 'string';
}

function fieldType(values: readonly unknown[]): Field['type'] {
  const present = values.filter((value) => value !== undefined && value !== null);
  const all = (test: (value: unknown) => boolean) => present.length > 0 && present.every(test);
  if (all((value) => typeof value === 'number')) {
    return all(Number.isInteger) ? 'integer' : 'number';
  }
  if (all((value) => typeof value === 'boolean')) {
    return 'boolean';
  }
  return all((value) => value instanceof Date) ? 'datetime' : 'string';
}

function toCell(value: unknown): JsonValue {
  if (value === undefined || value === null) {
    return null;
  }
  if (typeof value === 'string' || typeof value === 'boolean') {
    return value;
  }
  // JSON has no NaN; the word is better than an empty cell.
  return typeof value === 'number' && Number.isFinite(value) ? value : inspect(value);
}

function toText(value: JsonValue | undefined): string {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'number'
    ? Number.isInteger(value)
      ? String(value)
      : formatNumber(value)
    : String(value);
}

function note(shown: number, total: number): string {
  return `first ${shown} of ${total} rows`;
}

function isNumeric(field: Field): boolean {
  return field.type === 'integer' || field.type === 'number';
}

function htmlTable(fields: readonly Field[], data: readonly JsonObject[], total: number): string {
  const rows = data.slice(0, fallbackRows);
  const head = fields.map((field) => `<th>${escapeHtml(field.name)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = fields.map((field) => {
      const align = isNumeric(field) ? ' style="text-align: right"' : '';
      return `<td${align}>${escapeHtml(toText(row[field.name]))}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const caption = total > rows.length ? `<caption>${note(rows.length, total)}</caption>\n` : '';
  return `<table>\n${caption}<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>`;
}

function plainTable(fields: readonly Field[], data: readonly JsonObject[], total: number): string {
  const rows = data.slice(0, fallbackRows).map((row) => fields.map((field) => toText(row[field.name])));
  const lines = [fields.map((field) => field.name), ...rows];
  const widths = fields.map((_, column) =>
    Math.max(...lines.map((line) => [...(line[column] ?? '')].length)),
  );
  const text = lines.map((line) =>
    line
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - [...cell].length);
        return isNumeric(fields[column]!) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
  return total > rows.length ? `${text.join('\n')}\n(${note(rows.length, total)})` : text.join('\n');
}
