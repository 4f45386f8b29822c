import { LitElement, type PropertyValues } from 'lit';
import { property, query } from 'lit/decorators.js';
import type { CellModel } from '../state/cell-model.ts';
import { controls } from '../styles/controls.ts';
import { prose } from '../styles/prose.ts';
import { cellStyle } from './cell-style.ts';
import type { WarpEditor } from './editor.ts';
import { Watch } from './watch.ts';

/** What a cell asks of its notebook. */
export type CellRequest = 'run' | 'edit' | 'input';

export class CellRequestEvent extends Event {
  constructor(
    readonly cellId: string,
    readonly request: CellRequest,
  ) {
    super('warp-cell-request', { bubbles: true, composed: true });
  }
}

/** What the three kinds of cells have in common: they are selected, focused and edited in the same way. */
export abstract class CellElement extends LitElement {
  static override styles = [controls, prose, cellStyle];

  @property({ attribute: false }) cell!: CellModel;
  @property({ type: Boolean, reflect: true }) selected = false;
  /** Whether keys go to the editor of this cell. */
  @property({ type: Boolean, reflect: true }) editing = false;
  /** 1-based position among the code cells; 0 for other cells. */
  @property({ type: Number }) number = 0;
  @query('warp-editor') protected editor!: WarpEditor | null;
  readonly #watch = new Watch(this, () => [this.cell]);

  override connectedCallback() {
    super.connectedCallback();
    this.setAttribute('role', 'group');
  }

  override willUpdate(changes: PropertyValues<this>) {
    if (changes.has('cell')) this.#watch.renew();
    // One cell is in the order of the Tab key, the selected one; arrows reach the others.
    this.tabIndex = this.selected ? 0 : -1;
    this.setAttribute('aria-label', this.describe());
    this.dataset.status = this.cell.status;
    this.id = `cell-${this.cell.id}`;
  }

  /** What a screen reader says of the cell. */
  protected abstract describe(): string;

  /** Command mode: keys act on the cell. */
  focusCell(): void {
    this.focus({ preventScroll: true });
    this.scrollIntoView({ block: 'nearest' });
  }

  /** Edit mode: keys are typed. */
  async focusEditor(place?: 'start' | 'end' | { line: number }): Promise<void> {
    await this.updateComplete;
    await this.editor?.focusText(place);
  }

  atEdge(direction: 'up' | 'down'): boolean {
    return this.editor?.atEdge(direction) ?? false;
  }

  protected readonly onEdit = (text: string): void => {
    this.cell.source = text;
    this.cell.changed();
  };

  protected ask(request: CellRequest): void {
    this.dispatchEvent(new CellRequestEvent(this.cell.id, request));
  }
}

declare global {
  interface HTMLElementEventMap {
    'warp-cell-request': CellRequestEvent;
  }
}
