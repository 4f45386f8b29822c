/** Writes `.ipynb` files: nbformat 4.5, byte for byte as Jupyter writes them, so that versions compare well. */
import { splitBundle, splitLines } from './multiline.ts';
import type { Cell, JsonObject, JsonValue, NotebookDocument, Output } from './nbformat.ts';

/** The text of a notebook file: keys sorted, indented by one space, texts in lists of lines, a line end at the end. */
export function serializeNotebook(document: NotebookDocument): string {
  const value: JsonObject = {
    cells: document.cells.map(cellToJson),
    metadata: document.metadata,
    nbformat: 4,
    nbformat_minor: Math.max(document.nbformat_minor, 5),
  };
  return `${stringify(value, '')}\n`;
}

function cellToJson(cell: Cell): JsonObject {
  const shared: JsonObject = {
    cell_type: cell.cell_type,
    id: cell.id,
    metadata: cell.metadata,
    source: splitLines(cell.source),
  };
  if (cell.cell_type === 'code') {
    return { ...shared, execution_count: cell.execution_count, outputs: cell.outputs.map(outputToJson) };
  }
  return cell.attachments ? { ...shared, attachments: cell.attachments } : shared;
}

function outputToJson(output: Output): JsonObject {
  switch (output.output_type) {
    case 'stream':
      return { ...output, text: splitLines(output.text) };
    case 'error':
      return { ...output };
    default:
      return { ...output, data: splitBundle(output.data) };
  }
}

/** JSON with sorted keys. `JSON.stringify` cannot: it puts keys that look like integers first. */
function stringify(value: JsonValue, indent: string): string {
  if (typeof value === 'number') {
    return stringifyNumber(value);
  }
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  const deeper = `${indent} `;
  if (Array.isArray(value)) {
    return brackets(
      '[]',
      value.map((item) => stringify(item, deeper)),
      indent,
    );
  }
  const entries = Object.entries(value)
    // A key without a value, as `JSON.stringify` treats it.
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return brackets(
    '{}',
    entries.map(([key, item]) => `${JSON.stringify(key)}: ${stringify(item, deeper)}`),
    indent,
  );
}

/** As Python writes it: small numbers with an exponent of two digits. */
function stringifyNumber(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-4) {
    return JSON.stringify(value);
  }
  return value.toExponential().replace(/e-(\d)$/, 'e-0$1');
}

function brackets(pair: '[]' | '{}', items: readonly string[], indent: string): string {
  return items.length === 0
    ? pair
    : `${pair[0]}\n${indent} ${items.join(`,\n${indent} `)}\n${indent}${pair[1]}`;
}
