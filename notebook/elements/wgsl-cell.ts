import { css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { glanceDirectives } from '../document/kernel-directives.ts';
import type { KernelBench } from '../state/kernel-bench.ts';
import { CellElement } from './cell-element.ts';
import { WarpCodeCell } from './code-cell.ts';
import { icon } from './icons.ts';
import { Watch } from './watch.ts';

/** Asks the notebook to let the person choose a kernel for this cell. */
export class ChooseKernelEvent extends Event {
  constructor(readonly cellId: string) {
    super('warp-choose-kernel', { bubbles: true, composed: true });
  }
}

/** A cell of WGSL: a kernel of a program under edit, what the lab says of it, and the way into the program. */
@customElement('warp-wgsl-cell')
export class WarpWgslCell extends WarpCodeCell {
  static override styles = [
    ...CellElement.styles,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        padding: var(--space-1) var(--space-1) var(--space-1) var(--space-3);
        border-bottom: 1px solid var(--line);
        font-size: var(--text-note);
      }
      .language {
        padding: 1px 6px;
        border-radius: var(--radius-small);
        background: var(--accent-soft);
        color: var(--accent);
        font: 650 var(--text-small) / 1.5 var(--font-code);
        letter-spacing: 0.02em;
      }
      .kernel {
        min-width: 0;
        overflow: hidden;
        color: var(--text-muted);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .kernel b {
        color: var(--text);
        font-weight: 600;
      }
      .stage,
      .swapped {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        white-space: nowrap;
      }
      .stage {
        color: var(--accent);
      }
      .stage::before,
      .swapped::before {
        width: 7px;
        height: 7px;
        border-radius: 50%;
        background: currentColor;
        content: "";
      }
      .stage::before {
        animation: breathe 1.2s ease-in-out infinite;
      }
      .swapped {
        color: var(--edit);
        font-weight: 600;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 2px;
        margin-left: auto;
      }
      .actions .button {
        min-height: 28px;
        padding: 0 var(--space-2);
      }
      .actions .button[aria-pressed="true"] {
        background: var(--surface-hover);
        color: var(--text);
      }
      @media (max-width: 640px) {
        .head {
          padding-left: var(--space-2);
        }
        .actions {
          width: 100%;
          margin-left: calc(-1 * var(--space-2));
        }
        .actions svg {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) bench!: KernelBench;
  @state() private original: string | undefined;
  readonly #watchBench = new Watch(this, () => [this.bench]);

  override firstUpdated() {
    this.#watchBench.renew();
  }

  protected override describe(): string {
    const { kernel, lab } = glanceDirectives(this.cell.source);
    return `WGSL cell ${this.number}${kernel || lab ? `, ${kernel ?? lab}` : ''}${this.describeState()}`;
  }

  protected override renderSource() {
    return html`<div class="source">
      ${this.renderHead()}
      <warp-editor
        .text=${this.cell.source}
        .language=${'wgsl'}
        .label=${`WGSL of cell ${this.number}`}
        .messages=${this.cell.compilerMessages}
        .original=${this.original}
        .onEdit=${this.onEdit}
      ></warp-editor>
    </div>`;
  }

  private renderHead() {
    const { cell, bench } = this;
    const { program, kernel, lab } = glanceDirectives(cell.source);
    const swap = bench.swapState(cell);
    const running = cell.status === 'running';
    return html`<div class="head">
      <span class="language">WGSL</span>
      ${
        kernel !== undefined && program !== undefined
          ? html`<span class="kernel" title="The kernel ${kernel} of the program in the variable ${program}">${program} › <b>${kernel}</b></span>`
          : lab !== undefined
            ? html`<span class="kernel" title="The kernel lab in the variable ${lab}"><b>${lab}</b></span>`
            : html`<button class="button quiet choose" @click=${() => this.dispatchEvent(new ChooseKernelEvent(cell.id))}>Choose a kernel…</button>`
      }
      ${
        running
          ? html`<span class="stage" role="status">${cell.stage || 'starting'}…</span>`
          : swap === 'original'
            ? nothing
            : html`<span class="swapped" title=${swap === 'this' ? 'The program runs this text in place of its own kernel' : 'The program runs another text than this one in place of its own kernel'}>${swap === 'this' ? 'in the program' : 'another text is in the program'}</span>`
      }
      ${program !== undefined && kernel !== undefined ? this.renderActions(program, swap) : nothing}
    </div>`;
  }

  private renderActions(program: string, swap: ReturnType<KernelBench['swapState']>) {
    const { cell, bench } = this;
    const comparing = this.original !== undefined;
    return html`<div class="actions">
      ${
        swap === 'this'
          ? nothing
          : html`<button class="button quiet swap" title="Let ${program} run this text from now on" @click=${() => bench.swap(cell)}>
              ${icon('swap')} Swap into ${program}
            </button>`
      }
      ${
        swap === 'original'
          ? nothing
          : html`<button class="button quiet restore" title="Let ${program} run the kernel that it was compiled with" @click=${() => bench.restore(cell)}>
              ${icon('revert')} Restore
            </button>`
      }
      <button class="button quiet compare" aria-pressed=${comparing} title="Show what was changed against the original" @click=${this.onCompare}>
        Changes
      </button>
      <button class="button quiet reset" title="Replace this text by the original kernel (undo with Ctrl+Z)" @click=${this.onReset}>
        Reset
      </button>
    </div>`;
  }

  private readonly onCompare = async () => {
    this.original = this.original === undefined ? await this.bench.originalText(this.cell) : undefined;
  };

  private readonly onReset = async () => {
    const text = await this.bench.originalText(this.cell);
    if (text === undefined) return;
    this.onEdit(text);
    this.original = undefined;
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-wgsl-cell': WarpWgslCell;
  }
  interface HTMLElementEventMap {
    'warp-choose-kernel': ChooseKernelEvent;
  }
}
