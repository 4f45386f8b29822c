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

/** The focus came into a cell: to the cell itself, or into its text. */
export class CellFocusEvent extends Event {
  constructor(
    readonly cellId: string,
    readonly editing: boolean,
  ) {
    super('warp-cell-focus', { bubbles: true, composed: true });
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

  constructor() {
    super();
    this.addEventListener('focusin', this.onFocus);
  }

  override connectedCallback() {
    super.connectedCallback();
    this.setAttribute('role', 'group');
  }

  /**
   * Focus that moves between the cell and its own text is seen inside only: such events do not leave a shadow tree.
   */
  protected override createRenderRoot() {
    const root = super.createRenderRoot();
    root.addEventListener('focusin', this.onFocus);
    root.addEventListener('focusout', (event) => {
      if ((event as FocusEvent).relatedTarget === this)
        this.dispatchEvent(new CellFocusEvent(this.cell.id, false));
    });
    return root;
  }

  private readonly onFocus = (event: Event): void => {
    const inText = event
      .composedPath()
      .some((node) => node instanceof HTMLElement && node.localName === 'warp-editor');
    this.dispatchEvent(new CellFocusEvent(this.cell.id, inText));
  };

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
    'warp-cell-focus': CellFocusEvent;
  }
}
