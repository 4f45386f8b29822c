/** The open document: its cells, which of them is selected, and the edits that a person makes to the list. */
import type { JsonObject, NotebookDocument } from '../document/nbformat.ts';
import { type CellKind, CellModel } from './cell-model.ts';
import { Observable } from './observable.ts';

interface Deletion {
  cells: { cell: CellModel; index: number }[];
}

export class NotebookModel extends Observable {
  name = '';
  metadata: JsonObject = {};
  /** The minor version of nbformat that the document had; at least 5. */
  minor = 5;
  cells: CellModel[] = [];
  selectedIndex = 0;
  readonly #deletions: Deletion[] = [];
  readonly #unsubscribe = new Map<string, () => void>();
  readonly #cellListeners = new Set<() => void>();
  #clipboard: CellModel | undefined;

  get selected(): CellModel | undefined {
    return this.cells[this.selectedIndex];
  }

  get codeCells(): CellModel[] {
    return this.cells.filter((cell) => cell.type === 'code');
  }

  get canUndo(): boolean {
    return this.#deletions.length > 0;
  }

  /** Replaces everything by `document`. Ids that are missing or used twice are made new. */
  load(document: NotebookDocument, name: string): void {
    for (const unsubscribe of this.#unsubscribe.values()) unsubscribe();
    this.#unsubscribe.clear();
    this.#deletions.length = 0;
    this.name = name;
    this.metadata = document.metadata;
    this.minor = Math.max(5, document.nbformat_minor);
    const ids = new Set<string>();
    this.cells = document.cells.map((cell) => {
      const model = new CellModel(cell);
      const unique = ids.has(model.id) ? model.copy() : model;
      ids.add(unique.id);
      return unique;
    });
    if (this.cells.length === 0) this.cells = [CellModel.empty('code')];
    for (const cell of this.cells) this.#watch(cell);
    this.selectedIndex = 0;
    this.changed();
    this.flush();
  }

  toDocument(): NotebookDocument {
    return {
      nbformat: 4,
      nbformat_minor: this.minor,
      metadata: this.metadata,
      cells: this.cells.map((cell) => cell.toCell()),
    };
  }

  /** Calls `listener` when a cell's content, state or outputs changed. */
  onCellChange(listener: () => void): void {
    this.#cellListeners.add(listener);
  }

  cell(id: string): CellModel | undefined {
    return this.cells.find((cell) => cell.id === id);
  }

  /** 1-based position among the code cells; 0 for a cell that is none. */
  codeCellNumber(cell: CellModel): number {
    return this.codeCells.indexOf(cell) + 1;
  }

  select(index: number): void {
    const clamped = Math.max(0, Math.min(index, this.cells.length - 1));
    if (clamped === this.selectedIndex) return;
    this.selectedIndex = clamped;
    this.#announce();
  }

  insert(index: number, cell: CellModel): CellModel {
    this.cells = this.cells.toSpliced(index, 0, cell);
    this.selectedIndex = index;
    this.#watch(cell);
    this.#announce();
    return cell;
  }

  /** Deletes the selected cell; `undoDelete` brings it back. The document never becomes empty. */
  deleteSelected(): CellModel | undefined {
    const cell = this.selected;
    if (!cell) return undefined;
    this.#deletions.push({ cells: [{ cell, index: this.selectedIndex }] });
    this.cells = this.cells.toSpliced(this.selectedIndex, 1);
    this.#unsubscribe.get(cell.id)?.();
    this.#unsubscribe.delete(cell.id);
    if (this.cells.length === 0) {
      this.insert(0, CellModel.empty('code'));
    } else {
      this.selectedIndex = Math.min(this.selectedIndex, this.cells.length - 1);
      this.#announce();
    }
    return cell;
  }

  undoDelete(): boolean {
    const deletion = this.#deletions.pop();
    if (!deletion) return false;
    for (const { cell, index } of deletion.cells) this.insert(Math.min(index, this.cells.length), cell);
    return true;
  }

  cutSelected(): void {
    this.#clipboard = this.deleteSelected()?.copy();
  }

  copySelected(): void {
    this.#clipboard = this.selected?.copy();
  }

  /** Pastes below the selected cell (or above it). False when nothing was cut or copied. */
  paste(where: 'above' | 'below'): boolean {
    if (!this.#clipboard) return false;
    this.insert(this.selectedIndex + (where === 'below' ? 1 : 0), this.#clipboard.copy());
    return true;
  }

  moveSelected(by: -1 | 1): boolean {
    const cell = this.selected;
    const target = this.selectedIndex + by;
    if (!cell || target < 0 || target >= this.cells.length) return false;
    this.cells = this.cells.toSpliced(this.selectedIndex, 1).toSpliced(target, 0, cell);
    this.selectedIndex = target;
    this.#announce();
    return true;
  }

  setSelectedKind(kind: CellKind): void {
    const cell = this.selected;
    if (!cell || cell.kind === kind) return;
    cell.kind = kind;
    cell.editing = kind === 'markdown';
    cell.status = 'idle';
    if (cell.type === 'code') cell.attachments = undefined;
    else cell.clearOutputs();
    cell.changed();
    this.#announce();
  }

  #watch(cell: CellModel): void {
    this.#unsubscribe.set(
      cell.id,
      cell.subscribe(() => {
        for (const listener of this.#cellListeners) listener();
      }),
    );
  }

  /** List edits follow keys: they are shown at once, not with the next frame. */
  #announce(): void {
    this.changed();
    this.flush();
  }
}
