import { html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { NotebookDocument } from '../document/nbformat.ts';
import type { GoToEvent } from '../renderers/events.ts';
import { CellModel } from '../state/cell-model.ts';
import { Connection } from '../state/connection.ts';
import { KernelBench } from '../state/kernel-bench.ts';
import { Library } from '../state/library.ts';
import { NotebookModel } from '../state/notebook-model.ts';
import { Runner } from '../state/runner.ts';
import { toggleTheme } from '../state/theme.ts';
import { controls } from '../styles/controls.ts';
import type { CellEvent } from '../worker/protocol.ts';
import { connectionBanner, lossBanner, missingWebgpu, problemBanner, trustBanner } from './banners.ts';
import type { CellElement, CellFocusEvent, CellRequestEvent } from './cell-element.ts';
import { type CommandHost, carryOut, runAll } from './command-runner.ts';
import type { CommandId } from './commands.ts';
import { download } from './download.ts';
import { drawCell } from './draw-cell.ts';
import { FileDrop } from './file-drop.ts';
import './help.ts';
import { drawHeader } from './header.ts';
import type { WarpHelp } from './help.ts';
import { icon } from './icons.ts';
import './kernel-dialog.ts';
import type { WarpKernelDialog } from './kernel-dialog.ts';
import { KernelEditing } from './kernel-editing.ts';
import { Keyboard } from './keyboard.ts';
import { notebookStyle } from './notebook-style.ts';
import './open-dialog.ts';
import type { OpenEvent, WarpOpenDialog } from './open-dialog.ts';
import { Watch } from './watch.ts';

/** One event of a cell that runs, for whoever drives the page. */
export type CellOutputDetail = { cellId: string; event: CellEvent };

/** Milliseconds that a notice stays. */
const noticeMs = 6_000;

/** The whole notebook: header, toolbar, cells. */
@customElement('warp-notebook')
export class WarpNotebook extends LitElement implements CommandHost {
  static override styles = [controls, notebookStyle];

  readonly notebook = new NotebookModel();
  readonly connection = new Connection();
  readonly runner = new Runner(this.notebook, this.connection);
  readonly library = new Library(this.notebook);
  readonly bench = new KernelBench(this.connection, this.runner);
  readonly #kernelEditing = new KernelEditing(this);

  @state() private mode: 'command' | 'edit' = 'command';
  @state() private problem: string | undefined;
  @state() private announcement = '';
  @state() private notice = '';
  @state() private dropping = false;
  /** The cell whose control waits for the person's consent to run code. */
  @state() private asking: CellModel | undefined;
  @query('warp-help') private help!: WarpHelp;
  @query('warp-open-dialog') private openDialog!: WarpOpenDialog;
  @query('warp-kernel-dialog') kernelDialog!: WarpKernelDialog;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    new Watch(this, () => [this.notebook, this.connection, this.runner, this.library]);
    new Keyboard(this, {
      mode: () => this.mode,
      atEdge: (direction) => this.selectedElement?.atEdge(direction) ?? false,
      command: (id) => this.carryOut(id),
      leave: (direction) => this.leaveEditor(direction),
    });
    new FileDrop(this, {
      hover: (hovering) => {
        this.dropping = hovering;
      },
      open: (file) => void this.openFile(file),
      refuse: (sentence) => this.notify(sentence),
    });
    this.runner.onAnnounce = (sentence) => {
      this.announcement = sentence;
    };
    this.runner.onRefused = (sentence) => this.notify(sentence);
    this.bench.onProblem = (sentence) => this.notify(sentence);
    this.bench.onDone = (sentence) => this.notify(sentence);
    this.runner.onCellEvent = (cellId, event) => {
      const detail: CellOutputDetail = { cellId, event };
      this.dispatchEvent(new CustomEvent('warp-cell-output', { detail, bubbles: true, composed: true }));
    };
    this.library.onOpened = () => {
      this.asking = undefined;
      this.problem = undefined;
      // Variables belong to the document that made them.
      if (this.connection.used || this.runner.busy) {
        this.connection.end('Another notebook was opened.');
        this.warm();
      }
    };
  }

  /** The open document, outputs included. */
  get document(): NotebookDocument {
    return this.notebook.toDocument();
  }

  /** Shows `document` under `name` (without `.ipynb`). Nothing runs. */
  async open(document: NotebookDocument, name: string): Promise<void> {
    this.library.openDocument(document, name);
    await this.updateComplete;
  }

  /** Runs every code cell, top to bottom, and stops at the first error. Resolves to whether there was none. */
  runAll(): Promise<boolean> {
    return runAll(this);
  }

  override firstUpdated() {
    const address = new URL(location.href);
    if (address.searchParams.get('backend') === 'reference') this.connection.backend = 'reference';
    this.library.openFirst(address).catch((error: unknown) => {
      // Something to type into, unless another document was opened meanwhile.
      if (this.library.key === '') this.library.create();
      this.problem = messageOf(error);
    });
    const idle = window.requestIdleCallback ?? ((callback: () => void) => setTimeout(callback, 500));
    idle(() => {
      if (this.connection.state === 'off') this.warm();
    });
  }

  /** Opens the engine before it is needed, so that the badge says what it runs on. */
  private warm() {
    const missing = this.connection.backend === 'webgpu' ? missingWebgpu() : undefined;
    if (missing) this.connection.refuse(missing);
    else this.connection.start().catch(() => {});
  }

  override render() {
    const { notebook, connection, runner, library } = this;
    return html`${drawHeader({
      notebook,
      connection,
      library,
      busy: runner.busy,
      command: (id) => this.carryOut(id),
      theme: () => this.onTheme(),
    })}
      <main @warp-cell-focus=${this.onFocus} @focusout=${this.onBlur}>
        ${connectionBanner(connection, {
          useReference: () => this.useReference(),
          retry: () => this.warm(),
          restart: () => this.carryOut('restart'),
        })}
        ${lossBanner(connection, notebook, {
          runAgain: (cells) => void runner.run(cells),
          dismiss: () => connection.dismissLoss(),
        })}
        ${problemBanner(this.problem ?? library.problem, () => {
          this.problem = undefined;
          library.problem = undefined;
          this.requestUpdate();
        })}
        ${trustBanner(
          this.asking !== undefined,
          () => this.onTrusted(),
          () => {
            this.asking = undefined;
          },
        )}
        <div
          class="cells"
          @warp-cell-request=${this.onRequest}
          @warp-go-to=${this.onGoTo}
          @warp-edit-kernel=${this.#kernelEditing.onEdit}
          @warp-choose-kernel=${this.#kernelEditing.onChoose}
        >
          ${repeat(
            notebook.cells,
            (cell) => `${cell.kind}-${cell.id}`,
            (cell, index) => this.renderCell(cell, index),
          )}
        </div>
        <button class="button quiet add" @click=${this.onAddAtEnd}>${icon('add')} Add a cell</button>
      </main>
      <div class="unseen" role="status">${this.announcement}</div>
      <div class="notice" role="status" ?hidden=${this.notice === ''}>${this.notice}</div>
      ${this.dropping ? html`<div class="dropping"><p>Drop the notebook to open it</p></div>` : nothing}
      <warp-help></warp-help>
      <warp-kernel-dialog></warp-kernel-dialog>
      <warp-open-dialog .library=${library} @warp-open=${this.onOpen}></warp-open-dialog>`;
  }

  private renderCell(cell: CellModel, index: number) {
    const { notebook, bench } = this;
    const selected = index === notebook.selectedIndex;
    const editing = selected && this.mode === 'edit';
    return drawCell(cell, { selected, editing, number: notebook.codeCellNumber(cell), bench });
  }

  private carryOut(id: CommandId) {
    carryOut(id, this);
  }

  private get selectedElement(): CellElement | null {
    const cell = this.notebook.selected;
    return cell ? this.elementOf(cell) : null;
  }

  private elementOf(cell: CellModel): CellElement | null {
    return this.renderRoot.querySelector<CellElement>(`#cell-${CSS.escape(cell.id)}`);
  }

  focusCell(): void {
    void this.updateComplete.then(() => this.selectedElement?.focusCell());
  }

  focusEditor(place?: 'start' | 'end'): void {
    void this.updateComplete.then(() => this.selectedElement?.focusEditor(place));
  }

  private leaveEditor(direction: 'up' | 'down') {
    const index = this.notebook.selectedIndex + (direction === 'up' ? -1 : 1);
    const target = this.notebook.cells[index];
    if (!target) return;
    this.notebook.select(index);
    if (target.type === 'markdown' && !target.editing) this.focusCell();
    else this.focusEditor(direction === 'up' ? 'end' : 'start');
  }

  showHelp(): void {
    this.help.show();
  }

  showKernels(): void {
    void this.#kernelEditing.ask();
  }

  showOpen(): void {
    void this.openDialog.show();
  }

  /** Hands the document to the person as a file. */
  save(): void {
    download(this.library.text, `${this.notebook.name}.ipynb`, 'application/x-ipynb+json');
    this.notify(`Saved as ${this.notebook.name}.ipynb.`);
  }

  notify(sentence: string): void {
    this.notice = sentence;
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = setTimeout(() => {
      this.notice = '';
    }, noticeMs);
  }

  private async openFile(file: File) {
    try {
      this.library.openFile(await file.text(), file.name);
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  private async onOpen({ choice }: OpenEvent) {
    try {
      if ('file' in choice) await this.openFile(choice.file);
      else if ('shipped' in choice) await this.library.openShipped(choice.shipped);
      else if ('stored' in choice) await this.library.openStored(choice.stored);
      else this.library.create();
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  private useReference() {
    this.connection.backend = 'reference';
    this.connection.start().catch(() => {});
  }

  private onTheme() {
    toggleTheme();
    this.requestUpdate();
  }

  private onAddAtEnd() {
    this.notebook.insert(this.notebook.cells.length, CellModel.empty('code'));
    this.focusEditor();
  }

  private onFocus({ cellId, editing }: CellFocusEvent) {
    const index = this.notebook.cells.findIndex((cell) => cell.id === cellId);
    if (index === -1) return;
    this.notebook.select(index);
    this.mode = editing ? 'edit' : 'command';
  }

  private onBlur() {
    this.mode = 'command';
  }

  private onRequest({ cellId, request }: CellRequestEvent) {
    const cell = this.notebook.cell(cellId);
    if (!cell) return;
    this.notebook.select(this.notebook.cells.indexOf(cell));
    if (request === 'input') this.onInput(cell);
    else this.carryOut(request);
  }

  /** A control was changed: its cell runs again, then every code cell below. */
  private onInput(cell: CellModel) {
    if (!this.library.trusted) {
      this.asking = cell;
      return;
    }
    const { codeCells } = this.notebook;
    void this.runner.runAgain(codeCells.slice(codeCells.indexOf(cell)));
  }

  private onTrusted() {
    const cell = this.asking;
    this.asking = undefined;
    this.library.trust();
    if (cell) this.onInput(cell);
  }

  private onGoTo(event: GoToEvent) {
    const sender = event
      .composedPath()
      .find((node) => node instanceof HTMLElement && node.id.startsWith('cell-'));
    const { cellNumber, line } = event.place;
    const cell = cellNumber === 0 ? (sender as CellElement).cell : this.notebook.codeCells[cellNumber - 1];
    if (cell) void this.elementOf(cell)?.focusEditor({ line });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-notebook': WarpNotebook;
  }
}
