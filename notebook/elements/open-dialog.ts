import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Library } from '../state/library.ts';
import { shippedNames, shippedSubject } from '../state/shipped.ts';
import { controls } from '../styles/controls.ts';
import { dialogStyle } from './dialog-style.ts';
import { icon } from './icons.ts';

/** Where a document is to come from. */
export type OpenChoice = { file: File } | { shipped: string } | { stored: string } | { created: true };

export class OpenEvent extends Event {
  constructor(readonly choice: OpenChoice) {
    super('warp-open', { bubbles: true, composed: true });
  }
}

/** The sheet from which a document is opened: a file, a shipped notebook, one that was open before, a new one. */
@customElement('warp-open-dialog')
export class WarpOpenDialog extends LitElement {
  static override styles = [
    controls,
    dialogStyle,
    css`
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .button:focus-within {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li button {
        display: flex;
        justify-content: space-between;
        gap: var(--space-4);
        width: 100%;
        padding: var(--space-2);
        border: 0;
        border-radius: var(--radius-small);
        background: none;
        text-align: left;
        cursor: pointer;
      }
      li button:hover {
        background: var(--surface-hover);
      }
      .when {
        color: var(--text-faint);
        font-size: var(--text-note);
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) library!: Library;
  @state() private stored: Awaited<ReturnType<Library['list']>> = [];
  @query('dialog') private dialog!: HTMLDialogElement;

  async show(): Promise<void> {
    await this.library.written();
    this.stored = await this.library.list();
    if (!this.dialog.open) this.dialog.showModal();
  }

  override render() {
    const own = this.stored.filter(({ origin }) => origin !== 'shipped');
    return html`<dialog aria-labelledby="title" @click=${this.onClick}>
      <header>
        <h2 id="title">Open a notebook</h2>
        <button class="button quiet icon" aria-label="Close" @click=${() => this.dialog.close()}>${icon('close')}</button>
      </header>
      <div class="ways">
        <label class="button primary">
          <input class="unseen" type="file" accept=".ipynb" @change=${this.onFile} />
          From a file…
        </label>
        <button class="button" @click=${() => this.choose({ created: true })}>New notebook</button>
      </div>
      <h3>Shipped with Warpbook</h3>
      <ul>
        ${shippedNames.map((name) => this.entry(name, shippedSubject(name), { shipped: name }))}
      </ul>
      ${
        own.length
          ? html`<h3>Kept in this browser</h3>
              <ul>
                ${own.map(({ key, name, savedAt }) => this.entry(name, new Date(savedAt).toLocaleString(), { stored: key }))}
              </ul>`
          : nothing
      }
    </dialog>`;
  }

  private entry(name: string, note: string, choice: OpenChoice) {
    return html`<li>
      <button @click=${() => this.choose(choice)}><span>${name}</span><span class="when">${note}</span></button>
    </li>`;
  }

  private onFile(event: Event) {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) this.choose({ file });
    input.value = '';
  }

  private choose(choice: OpenChoice) {
    this.dialog.close();
    this.dispatchEvent(new OpenEvent(choice));
  }

  private onClick(event: Event) {
    if (event.target === this.dialog) this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-open-dialog': WarpOpenDialog;
  }
  interface HTMLElementEventMap {
    'warp-open': OpenEvent;
  }
}
