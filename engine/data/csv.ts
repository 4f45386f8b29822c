/** Tables as comma-separated values. */
import { InputError } from '../errors.ts';

/** A table's columns by name; all have one text a row. */
export type Columns<Name extends string> = Readonly<Record<Name, readonly string[]>>;

/**
 * Reads the columns of a table whose first line names them. Fields may be quoted, quotes inside doubled, and lines end
 * with LF or CRLF (RFC 4180).
 *
 * @param text the file's content
 * @param fileName how errors name the file
 * @param names columns that must be there; others are ignored
 * @throws InputError where a column is missing, a line has too few or many fields, or a quote is not closed.
 */
export function readCsv<Name extends string>(
  text: string,
  fileName: string,
  names: readonly Name[],
): Columns<Name> {
  const [header, ...rows] = splitRows(text, fileName);
  const places = names.map((name) => {
    const place = header?.fields.indexOf(name) ?? -1;
    if (place !== -1) return place;
    throw new InputError(
      `${fileName} has no column "${name}" in its first line, which is "${header?.fields.join(',') ?? ''}"; check the file.`,
    );
  });
  const columns = names.map((): string[] => []);
  const table: Partial<Record<Name, readonly string[]>> = {};
  names.forEach((name, column) => {
    table[name] = columns[column]!;
  });
  for (const { fields, line } of rows) {
    if (fields.length !== header!.fields.length) {
      throw new InputError(
        `${fileName}, line ${line}: ${fields.length} fields, but the first line names ${header!.fields.length}; mend the line.`,
      );
    }
    places.forEach((place, column) => {
      columns[column]!.push(fields[place]!);
    });
  }
  return table as Columns<Name>;
}

/** A row and the line it begins in, from 1. */
interface Row {
  readonly fields: string[];
  readonly line: number;
}

/** A field with quotes, or one without; then what ends it. */
const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function splitRows(text: string, fileName: string): Row[] {
  const rows: Row[] = [];
  let row: Row = { fields: [], line: 1 };
  let line = 1;
  field.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (!match) {
      throw new InputError(
        `${fileName}, line ${line}: a quote is not closed or stands inside a field; mend it.`,
      );
    }
    const [whole, quoted, plain, end] = match;
    row.fields.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',' && field.lastIndex === text.length) row.fields.push('');
    if (end !== ',' || field.lastIndex === text.length) {
      // An empty line is none.
      if (row.fields.length > 1 || row.fields[0] !== '') rows.push(row);
      row = { fields: [], line };
    }
  }
  return rows;
}
