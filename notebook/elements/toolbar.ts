import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CellKind } from '../state/cell-model.ts';
import { controls } from '../styles/controls.ts';
import { type CommandId, commands, tooltip } from './commands.ts';
import { type IconName, icon } from './icons.ts';

/** Asks the notebook to carry out a command. */
export class CommandEvent extends Event {
  constructor(readonly command: CommandId) {
    super('warp-command', { bubbles: true, composed: true });
  }
}

const byKind: Record<CellKind, CommandId> = {
  code: 'to-code',
  wgsl: 'to-wgsl',
  markdown: 'to-markdown',
  raw: 'to-raw',
};

/** The commands that are at hand for the pointer. */
@customElement('warp-toolbar')
export class WarpToolbar extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 2px;
        overflow-x: auto;
        scrollbar-width: none;
        padding: 3px;
        margin: 0 -3px;
      }
      .separator {
        flex: none;
        width: 1px;
        height: 18px;
        margin: 0 var(--space-2);
        background: var(--line);
      }
      .button,
      .select {
        flex: none;
      }
      .select {
        border-color: transparent;
        background: none;
        color: var(--text-muted);
      }
      .select:hover {
        background: var(--surface-hover);
      }
      .stop:not(:disabled) {
        color: var(--danger);
      }
      .worded {
        padding: 0 var(--space-2);
        color: var(--text);
      }
      .space {
        flex: 1;
      }
      @media (max-width: 640px) {
        .word {
          display: none;
        }
      }
    `,
  ];

  @property({ type: Boolean }) busy = false;
  @property() cellKind: CellKind = 'code';
  @property({ type: Boolean }) revertible = false;

  override connectedCallback() {
    super.connectedCallback();
    this.setAttribute('role', 'toolbar');
    this.setAttribute('aria-label', 'Notebook');
    // The pointer leaves the focus in the cell, so that keys go on working there.
    this.addEventListener('mousedown', (event) => {
      if (!(event.composedPath()[0] instanceof HTMLSelectElement)) event.preventDefault();
    });
  }

  override render() {
    return html`${this.button('run-next', 'play', false, 'Run')} ${this.button('run-all', 'play-all', false, 'Run all')}
      ${this.button('stop', 'stop', !this.busy)} ${this.button('restart', 'restart')}
      ${this.button('restart-run-all', 'restart-run')}
      <span class="separator"></span>
      ${this.button('insert-below', 'add')} ${this.button('move-up', 'up')} ${this.button('move-down', 'down')}
      ${this.button('delete', 'delete')}
      <select class="select" aria-label="Type of the cell" .value=${this.cellKind} @change=${this.onKind}>
        <option value="code">Code</option>
        <option value="wgsl">WGSL</option>
        <option value="markdown">Markdown</option>
        <option value="raw">Raw</option>
      </select>
      ${this.button('edit-kernel', 'kernel')}
      <span class="separator"></span>
      ${this.button('open', 'open')} ${this.button('save', 'save')} ${this.button('revert', 'revert', !this.revertible)}
      <span class="space"></span>
      ${this.button('help', 'keys')}`;
  }

  private button(id: CommandId, shape: IconName, disabled = false, word = '') {
    return html`<button
      class="button quiet ${word ? 'worded' : 'icon'} ${id}"
      aria-label=${commands[id].label}
      title=${tooltip(id)}
      ?disabled=${disabled}
      @click=${() => this.dispatchEvent(new CommandEvent(id))}
    >
      ${icon(shape)}${word ? html`<span class="word">${word}</span>` : nothing}
    </button>`;
  }

  private onKind(event: Event) {
    const kind = (event.target as HTMLSelectElement).value as CellKind;
    this.dispatchEvent(new CommandEvent(byKind[kind]));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-toolbar': WarpToolbar;
  }
  interface HTMLElementEventMap {
    'warp-command': CommandEvent;
  }
}
