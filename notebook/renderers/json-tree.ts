import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { JsonValue } from '../document/nbformat.ts';
import { controls } from '../styles/controls.ts';
import type { Renderer } from './renderer.ts';

export const renderJson: Renderer = {
  mimeType: 'application/json',
  render: (value) => html`<warp-json .value=${value} .open=${true}></warp-json>`,
};

/** Entries that are drawn at first, and with each press of "more". */
const page = 100;

/** One value of a JSON tree; objects and lists fold, and draw their entries only once opened. */
@customElement('warp-json')
export class WarpJson extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        font: var(--text-code) / 1.6 var(--font-code);
      }
      summary {
        cursor: pointer;
        width: fit-content;
        max-width: 100%;
        padding-right: var(--space-2);
        border-radius: var(--radius-small);
      }
      summary:hover {
        background: var(--surface-hover);
      }
      summary::marker {
        color: var(--text-faint);
      }
      .entries,
      .leaf {
        padding-left: 1.15em;
      }
      .name {
        color: var(--syntax-property);
      }
      .shape {
        color: var(--text-faint);
        overflow-wrap: anywhere;
      }
      .string {
        color: var(--syntax-string);
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
      .number,
      .constant {
        color: var(--syntax-number);
      }
      .button {
        min-height: 24px;
      }
    `,
  ];

  @property({ attribute: false }) value: JsonValue = null;
  @property() name = '';
  @property({ type: Boolean }) open = false;
  @state() private shown = page;

  override render() {
    const label = this.name === '' ? nothing : html`<span class="name">${this.name}</span>: `;
    const { value } = this;
    if (typeof value !== 'object' || value === null) {
      return html`<div class="leaf">${label}<span class=${leafClass(value)}>${JSON.stringify(value)}</span></div>`;
    }
    const entries = Object.entries(value);
    const shape = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
    return html`<details ?open=${this.open} @toggle=${this.onToggle}>
      <summary>${label}<span class="shape">${shape} ${this.open ? '' : preview(value)}</span></summary>
      ${
        this.open
          ? html`<div class="entries">
              ${entries.slice(0, this.shown).map(([name, entry]) => html`<warp-json .name=${name} .value=${entry}></warp-json>`)}
              ${
                entries.length > this.shown
                  ? html`<button class="button quiet" @click=${() => {
                      this.shown += page;
                    }}>
                      ${entries.length - this.shown} more
                    </button>`
                  : nothing
              }
            </div>`
          : nothing
      }
    </details>`;
  }

  private onToggle(event: Event) {
    this.open = (event.currentTarget as HTMLDetailsElement).open;
  }
}

function leafClass(value: JsonValue): string {
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' ? 'number' : 'constant';
}

function preview(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-json': WarpJson;
  }
}
