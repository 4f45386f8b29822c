import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { controls } from '../styles/controls.ts';
import type { KernelEntry, KernelName, ProgramKernels } from '../worker/kernels/protocol.ts';
import { dialogStyle } from './dialog-style.ts';
import { icon } from './icons.ts';

/** The sheet from which a kernel is chosen to be edited. */
@customElement('warp-kernel-dialog')
export class WarpKernelDialog extends LitElement {
  static override styles = [
    controls,
    dialogStyle,
    css`
      .search {
        width: 100%;
        margin-top: var(--space-2);
        min-height: 34px;
        padding: 0 var(--space-3);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface-page);
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li button {
        display: grid;
        grid-template-columns: minmax(0, 4fr) minmax(0, 4fr) minmax(0, 2fr);
        align-items: baseline;
        gap: var(--space-4);
        width: 100%;
        padding: 6px var(--space-2);
        border: 0;
        border-radius: var(--radius-small);
        background: none;
        text-align: left;
        cursor: pointer;
      }
      li button:hover {
        background: var(--surface-hover);
      }
      .note {
        overflow: hidden;
        color: var(--text-muted);
        font-size: var(--text-note);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .shape {
        text-align: right;
        font-variant-numeric: tabular-nums;
      }
      code {
        font: var(--text-code) var(--font-code);
      }
      @media (max-width: 640px) {
        li button {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .variant {
          display: none;
        }
      }
    `,
  ];

  @state() private programs: readonly ProgramKernels[] = [];
  @state() private wanted = '';
  @query('dialog') private dialog!: HTMLDialogElement;
  @query('.search') private search!: HTMLInputElement | null;
  #settle: ((chosen: KernelName | undefined) => void) | undefined;

  /** Resolves to the kernel that the person chose, or to undefined. */
  async choose(programs: readonly ProgramKernels[], wanted = ''): Promise<KernelName | undefined> {
    this.#settle?.(undefined);
    this.programs = programs;
    this.wanted = wanted;
    const chosen = new Promise<KernelName | undefined>((resolve) => {
      this.#settle = resolve;
    });
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
    if (this.search) {
      this.search.value = wanted;
      this.search.focus();
    }
    return chosen;
  }

  override render() {
    return html`<dialog aria-labelledby="title" @click=${this.onClick} @close=${() => this.close()}>
      <header>
        <h2 id="title">Edit a kernel</h2>
        <button class="button quiet icon" aria-label="Close" @click=${() => this.dialog.close()}>${icon('close')}</button>
      </header>
      ${this.programs.length > 0 ? this.renderPrograms() : this.renderNone()}
    </dialog>`;
  }

  private renderNone() {
    return html`<p>
      No variable holds a compiled program yet. Run a cell such as
      <code>const model = await backend.compile(graph, parameters)</code> and come back: its kernels can be chosen here.
    </p>`;
  }

  private renderPrograms() {
    const found = this.programs
      .map(({ program, kernels }) => ({
        program,
        kernels: kernels.filter((entry) => this.fits(program, entry)),
      }))
      .filter(({ kernels }) => kernels.length > 0);
    return html`<input
        class="search"
        type="search"
        placeholder="Filter by label, kernel or shape"
        aria-label="Filter the kernels"
        @input=${(event: Event) => {
          this.wanted = (event.target as HTMLInputElement).value;
        }}
        @keydown=${(event: KeyboardEvent) => this.onKey(event, found)}
      />
      ${found.map(
        ({ program, kernels }) => html`<h3>${program}</h3>
          <ul>
            ${kernels.map((entry) => this.renderEntry(program, entry))}
          </ul>`,
      )}
      ${found.length === 0 ? html`<p>No kernel fits “${this.wanted}”.</p>` : nothing}`;
  }

  private renderEntry(program: string, { label, kernel, variant, shape, swapped }: KernelEntry) {
    return html`<li>
      <button @click=${() => this.close({ program, kernel: label })}>
        <code>${label}${swapped ? ' (edited)' : ''}</code>
        <span class="note variant">${kernel}/${variant}</span>
        <span class="note shape">${shape.join('×')}</span>
      </button>
    </li>`;
  }

  private fits(program: string, { label, kernel, variant, shape }: KernelEntry): boolean {
    const text =
      `${program} ${label} ${kernel}/${variant} ${shape.join('×')} ${shape.join('x')}`.toLowerCase();
    return this.wanted
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  }

  /** Enter takes the first that fits. */
  private onKey(event: KeyboardEvent, [first]: readonly ProgramKernels[]) {
    const entry = first?.kernels[0];
    if (event.key !== 'Enter' || !first || !entry) return;
    event.preventDefault();
    this.close({ program: first.program, kernel: entry.label });
  }

  private close(chosen?: KernelName) {
    const settle = this.#settle;
    this.#settle = undefined;
    this.dialog.close();
    settle?.(chosen);
  }

  private onClick(event: Event) {
    if (event.target === this.dialog) this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-kernel-dialog': WarpKernelDialog;
  }
}
