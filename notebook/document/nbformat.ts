/**
 * The types of a notebook document: nbformat 4.5 (https://nbformat.readthedocs.io), the subset that Warpbook
 * writes, open to whatever else a file carries.
 */

/** Text in a notebook file is one string or a list of lines that keep their line ends. */
export type MultilineString = string | string[];

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** One value in several representations, richest wins; every bundle has a `text/plain` fallback. */
export type MimeBundle = { [mimeType: string]: JsonValue };

export interface DisplayDataOutput {
  output_type: 'display_data';
  data: MimeBundle;
  metadata: JsonObject;
}

export interface ExecuteResultOutput {
  output_type: 'execute_result';
  execution_count: number | null;
  data: MimeBundle;
  metadata: JsonObject;
}

export interface StreamOutput {
  output_type: 'stream';
  name: 'stdout' | 'stderr';
  text: MultilineString;
}

export interface ErrorOutput {
  output_type: 'error';
  /** The error's name, for example `TypeError`. */
  ename: string;
  /** The error's message. */
  evalue: string;
  /** Lines to show, innermost frame last; frames in cells read `cell 3, line 12`. */
  traceback: string[];
}

export type Output = DisplayDataOutput | ExecuteResultOutput | StreamOutput | ErrorOutput;

export interface CodeCell {
  cell_type: 'code';
  id: string;
  metadata: JsonObject;
  source: MultilineString;
  outputs: Output[];
  execution_count: number | null;
}

export interface MarkdownCell {
  cell_type: 'markdown';
  id: string;
  metadata: JsonObject;
  source: MultilineString;
  attachments?: JsonObject;
}

export interface RawCell {
  cell_type: 'raw';
  id: string;
  metadata: JsonObject;
  source: MultilineString;
  attachments?: JsonObject;
}

export type Cell = CodeCell | MarkdownCell | RawCell;

export interface NotebookDocument {
  nbformat: 4;
  nbformat_minor: number;
  metadata: JsonObject;
  cells: Cell[];
}
