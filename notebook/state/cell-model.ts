/** One cell of the open document, with what the page alone knows about it: its state, its timer, its controls. */
import { newCellId } from '../document/cell-id.ts';
import { type CellLanguage, languageOf, withLanguage } from '../document/cell-language.ts';
import { joinLines } from '../document/multiline.ts';
import type { Cell, CodeCell, JsonObject, Output } from '../document/nbformat.ts';
import type { CompilerMessage } from '../worker/kernels/protocol.ts';
import type { CellEvent, InputValue } from '../worker/protocol.ts';
import { compilerMessages } from './kernel-results.ts';
import { Observable } from './observable.ts';
import { applyEvent } from './output-events.ts';

export type CellType = Cell['cell_type'];

/** What a person chooses a cell to be: code is of one language or the other. */
export type CellKind = 'code' | 'wgsl' | 'markdown' | 'raw';

export type CellStatus = 'idle' | 'queued' | 'running' | 'done' | 'failed' | 'interrupted';

export class CellModel extends Observable {
  readonly id: string;
  type: CellType;
  metadata: JsonObject;
  attachments: JsonObject | undefined;
  source: string;
  outputs: Output[] = [];
  executionCount: number | null = null;

  status: CellStatus = 'idle';
  /** `performance.now()` when it began to run. */
  startedAt = 0;
  /** Milliseconds that the last run took; undefined for a cell that has not run since the page was opened. */
  durationMs: number | undefined;
  /** 1-based line where the last run failed, if known. */
  errorLine: number | undefined;
  /** What the running cell is at, if it says so. */
  stage = '';
  /** What the compiler said of the WGSL that ran last; the editor marks the lines until they are edited. */
  compilerMessages: readonly CompilerMessage[] = [];
  /** Markdown cells: whether the source is shown instead of the rendered text. */
  editing = false;
  /** What the person entered in the cell's controls, by label. Files stay in memory only. */
  inputs: Record<string, InputValue> = {};
  /** The outputs are from the run before: they stay on screen until the new run shows something. */
  #outputsAreStale = false;

  constructor(cell: Cell) {
    super();
    this.id = cell.id;
    this.type = cell.cell_type;
    this.metadata = cell.metadata;
    this.source = joinLines(cell.source);
    if (cell.cell_type === 'code') {
      this.outputs = cell.outputs;
      this.executionCount = cell.execution_count;
    } else {
      this.attachments = cell.attachments;
    }
  }

  static empty(type: CellType): CellModel {
    const base = { id: newCellId(), metadata: {}, source: '' };
    const model = new CellModel(
      type === 'code'
        ? { ...base, cell_type: 'code', outputs: [], execution_count: null }
        : { ...base, cell_type: type },
    );
    model.editing = type === 'markdown';
    return model;
  }

  /** A code cell of WGSL. */
  static wgsl(source: string): CellModel {
    const model = CellModel.empty('code');
    model.metadata = withLanguage({}, 'wgsl');
    model.source = source;
    return model;
  }

  /** What a code cell is written in. */
  get language(): CellLanguage {
    return languageOf(this.metadata);
  }

  get kind(): CellKind {
    return this.type === 'code' && this.language === 'wgsl' ? 'wgsl' : this.type;
  }

  /** Makes another kind of cell of it; its text stays. */
  set kind(kind: CellKind) {
    this.type = kind === 'wgsl' ? 'code' : kind;
    this.metadata = withLanguage(this.metadata, kind === 'wgsl' ? 'wgsl' : 'typescript');
    this.compilerMessages = [];
  }

  /** A copy under another id, as pasting makes it. */
  copy(): CellModel {
    const copy = new CellModel({ ...this.toCell(), id: newCellId() });
    copy.inputs = { ...this.inputs };
    return copy;
  }

  /** The backend that computed the outputs, where it was the slow one: results carry it with them. */
  get referenceResult(): boolean {
    const ours = this.metadata.warpbook;
    return typeof ours === 'object' && ours !== null && !Array.isArray(ours) && ours.backend === 'reference';
  }

  begin(backend: 'webgpu' | 'reference'): void {
    this.status = 'running';
    this.startedAt = performance.now();
    this.durationMs = undefined;
    this.errorLine = undefined;
    this.stage = '';
    this.compilerMessages = [];
    this.executionCount = null;
    this.#outputsAreStale = true;
    const { warpbook: _previous, ...metadata } = this.metadata;
    this.metadata = backend === 'reference' ? { ...metadata, warpbook: { backend } } : metadata;
    this.changed();
  }

  receive(event: CellEvent): void {
    if (event.type === 'stage') {
      this.stage = event.text;
      this.changed();
      return;
    }
    if (event.type !== 'update') this.#dropStaleOutputs();
    if (event.type === 'error') this.errorLine = event.line;
    if (event.type === 'result') this.compilerMessages = compilerMessages(event.data);
    const outputs = applyEvent(this.outputs, event, this.executionCount);
    if (outputs === this.outputs) return;
    this.outputs = outputs;
    this.changed();
  }

  finish(status: 'done' | 'failed' | 'interrupted', executionCount: number | null, durationMs: number): void {
    this.#dropStaleOutputs();
    this.status = status;
    this.stage = '';
    this.executionCount = executionCount;
    this.durationMs = durationMs;
    this.outputs = this.outputs.map((output) => {
      return output.output_type === 'execute_result'
        ? { ...output, execution_count: executionCount }
        : output;
    });
    this.changed();
  }

  clearOutputs(): void {
    this.outputs = [];
    this.executionCount = null;
    this.errorLine = undefined;
    this.durationMs = undefined;
    this.changed();
  }

  #dropStaleOutputs(): void {
    if (!this.#outputsAreStale) return;
    this.#outputsAreStale = false;
    this.outputs = [];
  }

  toCell(): Cell {
    const { id, metadata, source } = this;
    if (this.type === 'code') {
      const cell: CodeCell = {
        cell_type: 'code',
        id,
        metadata,
        source,
        outputs: this.outputs,
        execution_count: this.executionCount,
      };
      return cell;
    }
    return {
      cell_type: this.type,
      id,
      metadata,
      source,
      ...(this.attachments ? { attachments: this.attachments } : {}),
    };
  }
}
