/** Reads `.ipynb` files: nbformat 4.0 to 4.5 (https://nbformat.readthedocs.io). */
import { isCellId, newCellId } from './cell-id.ts';
import { isMultilineString, joinBundle, joinLines } from './multiline.ts';
import type { Cell, JsonObject, JsonValue, NotebookDocument, Output } from './nbformat.ts';

/** A file that is not a notebook, or not one that can be read: one sentence that says what, where and what to do. */
export class NotebookFormatError extends Error {
  override readonly name = 'NotebookFormatError';
}

/**
 * Parses the text of a notebook file. Cells without a usable id get a new one, texts become plain strings, and
 * metadata is kept whatever it holds.
 *
 * @param name The file's name, for error messages.
 * @throws NotebookFormatError
 */
export function parseNotebook(text: string, name = 'This file'): NotebookDocument {
  const value = parseJson(text, name);
  if (!isObject(value)) {
    throw new NotebookFormatError(`${name} is not a notebook: it holds JSON, but not an object with cells.`);
  }
  checkVersion(value, name);
  if (!Array.isArray(value.cells)) {
    throw new NotebookFormatError(`${name} is not a notebook: its "cells" is missing or no list.`);
  }
  const taken = new Set<string>();
  const minor = typeof value.nbformat_minor === 'number' ? value.nbformat_minor : 0;
  return {
    nbformat: 4,
    nbformat_minor: Math.max(minor, 5),
    metadata: isObject(value.metadata) ? value.metadata : {},
    cells: value.cells.map((cell, index) => parseCell(cell, `${name}, cell ${index + 1}`, taken)),
  };
}

function parseJson(text: string, name: string): JsonValue {
  // Some editors put a byte order mark before the text.
  const plain = text.replace(/^\uFEFF/, '');
  if (plain.trim() === '') {
    throw new NotebookFormatError(`${name} is not a notebook: the file is empty.`);
  }
  try {
    return JSON.parse(plain) as JsonValue;
  } catch (error) {
    throw new NotebookFormatError(
      `${name} is not a notebook: it is not valid JSON (${(error as Error).message}).`,
    );
  }
}

function checkVersion({ nbformat, worksheets }: JsonObject, name: string): void {
  if (nbformat === 4) {
    return;
  }
  if (typeof nbformat !== 'number') {
    throw new NotebookFormatError(
      worksheets === undefined
        ? `${name} is not a notebook: it has no "nbformat" version number.`
        : `${name} is a notebook of an old format without a version: open and save it in Jupyter first.`,
    );
  }
  if (nbformat > 4) {
    throw new NotebookFormatError(
      `${name} was made by a newer version of Jupyter (nbformat ${nbformat}): save it there as nbformat 4.`,
    );
  }
  throw new NotebookFormatError(
    `${name} has the old format nbformat ${nbformat}: convert it with \`jupyter nbconvert --to notebook --nbformat 4\`.`,
  );
}

function parseCell(value: JsonValue, where: string, taken: Set<string>): Cell {
  if (!isObject(value)) {
    throw new NotebookFormatError(`${where}: a cell must be an object.`);
  }
  if (!isMultilineString(value.source)) {
    throw new NotebookFormatError(`${where}: its "source" must be a string or a list of strings.`);
  }
  const id = isCellId(value.id) && !taken.has(value.id) ? value.id : newCellId();
  taken.add(id);
  const shared = {
    id,
    metadata: isObject(value.metadata) ? value.metadata : {},
    source: joinLines(value.source),
  };
  switch (value.cell_type) {
    case 'code':
      return {
        ...shared,
        cell_type: 'code',
        outputs: parseOutputs(value.outputs, where),
        execution_count: parseCount(value.execution_count),
      };
    case 'markdown':
    case 'raw':
      return {
        ...shared,
        cell_type: value.cell_type,
        ...(isObject(value.attachments) ? { attachments: value.attachments } : {}),
      };
    default:
      throw new NotebookFormatError(
        `${where}: its "cell_type" is ${JSON.stringify(value.cell_type)}, not code, markdown or raw.`,
      );
  }
}

function parseOutputs(value: JsonValue | undefined, where: string): Output[] {
  if (value === undefined) {
    return [];
  }
  if (!Array.isArray(value)) {
    throw new NotebookFormatError(`${where}: its "outputs" must be a list.`);
  }
  return value.map((output, index) => parseOutput(output, `${where}, output ${index + 1}`));
}

function parseOutput(value: JsonValue, where: string): Output {
  if (!isObject(value)) {
    throw new NotebookFormatError(`${where}: an output must be an object.`);
  }
  const metadata = isObject(value.metadata) ? value.metadata : {};
  switch (value.output_type) {
    case 'stream':
      if (!isMultilineString(value.text)) {
        throw new NotebookFormatError(`${where}: its "text" must be a string or a list of strings.`);
      }
      return {
        output_type: 'stream',
        name: value.name === 'stderr' ? 'stderr' : 'stdout',
        text: joinLines(value.text),
      };
    case 'display_data':
      return { output_type: 'display_data', data: parseBundle(value.data, where), metadata };
    case 'execute_result':
      return {
        output_type: 'execute_result',
        execution_count: parseCount(value.execution_count),
        data: parseBundle(value.data, where),
        metadata,
      };
    case 'error':
      return {
        output_type: 'error',
        ename: String(value.ename ?? 'Error'),
        evalue: String(value.evalue ?? ''),
        traceback: Array.isArray(value.traceback) ? value.traceback.map(String) : [],
      };
    default:
      throw new NotebookFormatError(
        `${where}: its "output_type" is ${JSON.stringify(value.output_type)}, not stream, display_data, execute_result or error.`,
      );
  }
}

function parseBundle(value: JsonValue | undefined, where: string): JsonObject {
  if (!isObject(value)) {
    throw new NotebookFormatError(`${where}: its "data" must be an object of MIME types.`);
  }
  return joinBundle(value);
}

function parseCount(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
