import { css, html, LitElement } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { controls } from '../styles/controls.ts';
import { type Command, commands, printedKeys } from './commands.ts';
import { dialogStyle } from './dialog-style.ts';
import { icon } from './icons.ts';

/** The sheet that lists the keys. */
@customElement('warp-help')
export class WarpHelp extends LitElement {
  static override styles = [
    controls,
    dialogStyle,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr));
        gap: 0 var(--space-6);
        margin: 0;
        font-size: var(--text-note);
      }
      .entry {
        display: flex;
        justify-content: space-between;
        gap: var(--space-3);
        padding: var(--space-1) 0;
        border-bottom: 1px solid var(--line);
      }
      dd {
        margin: 0;
        color: var(--text-faint);
        white-space: nowrap;
      }
    `,
  ];

  @query('dialog') private dialog!: HTMLDialogElement;

  show(): void {
    if (!this.dialog.open) this.dialog.showModal();
  }

  override render() {
    return html`<dialog aria-labelledby="title" @click=${this.onClick}>
      <header>
        <h2 id="title">Keys</h2>
        <button class="button quiet icon" aria-label="Close" @click=${() => this.dialog.close()}>${icon('close')}</button>
      </header>
      <h3>Anywhere</h3>
      ${this.list('both')}
      <h3>While a cell is selected (command mode)</h3>
      ${this.list('command')}
      <h3>While its text is edited (edit mode)</h3>
      ${this.list('edit')}
    </dialog>`;
  }

  private list(mode: Command['mode']) {
    const entries = Object.values(commands).filter(
      (command) => command.mode === mode && command.keys.length > 0,
    );
    return html`<dl>
      ${entries.map(
        (command) => html`<div class="entry">
          <dt>${command.label}</dt>
          <dd>
            ${printedKeys(command).map(
              (keys, index) => html`${index ? ' or ' : ''}${keys.map((key) => html`<kbd>${key}</kbd> `)}`,
            )}
          </dd>
        </div>`,
      )}
    </dl>`;
  }

  private onClick(event: Event) {
    if (event.target === this.dialog) this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-help': WarpHelp;
  }
}
