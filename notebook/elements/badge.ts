import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import '../renderers/json-tree.ts';
import type { Connection } from '../state/connection.ts';
import { controls } from '../styles/controls.ts';
import { dialogStyle } from './dialog-style.ts';
import { icon } from './icons.ts';
import { Watch } from './watch.ts';

/** What the engine runs on and whether it is busy; pressed, it shows the adapter's features and limits. */
@customElement('warp-badge')
export class WarpBadge extends LitElement {
  static override styles = [
    controls,
    dialogStyle,
    css`
      :host {
        min-width: 0;
      }
      .badge {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        max-width: 100%;
        min-height: 28px;
        padding: 0 var(--space-3);
        border: 1px solid var(--line);
        border-radius: 999px;
        background: none;
        color: var(--text-muted);
        font-size: var(--text-small);
        cursor: pointer;
      }
      .badge:hover {
        background: var(--surface-hover);
      }
      .badge.slow {
        border-color: var(--warning);
        color: var(--warning);
      }
      .words {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .dot {
        flex: none;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--line-strong);
      }
      .ready .dot {
        background: var(--success);
      }
      .busy .dot {
        background: var(--edit);
        animation: pulse 1.2s ease-in-out infinite;
      }
      .starting .dot {
        background: none;
        border: 2px solid var(--accent);
        border-right-color: transparent;
        animation: turn 0.9s linear infinite;
      }
      .problem .dot {
        background: var(--danger);
      }
      @keyframes pulse {
        50% {
          opacity: 0.35;
        }
      }
      @keyframes turn {
        to {
          transform: rotate(1turn);
        }
      }
    `,
  ];

  @property({ attribute: false }) connection!: Connection;
  @property({ type: Boolean }) busy = false;
  @query('dialog') private dialog!: HTMLDialogElement;
  readonly #watch = new Watch(this, () => [this.connection]);

  override firstUpdated() {
    this.#watch.renew();
  }

  override render() {
    const { state, engine } = this.connection;
    const kind = this.kind();
    const slow = state === 'ready' && engine?.backend === 'reference';
    return html`<button
        class="badge ${kind} ${slow ? 'slow' : ''}"
        title="${this.words()}: show details"
        @click=${() => this.dialog.showModal()}
      >
        <span class="dot"></span>
        <span class="words">${this.words()}</span>
        <span class="unseen" role="status">${kind === 'busy' ? 'busy' : kind === 'ready' ? 'idle' : ''}</span>
      </button>
      <dialog aria-labelledby="title" @click=${this.onClick}>
        <header>
          <h2 id="title">What it runs on</h2>
          <button class="button quiet icon" aria-label="Close" @click=${() => this.dialog.close()}>${icon('close')}</button>
        </header>
        <p>${this.words()}</p>
        ${engine ? html`<warp-json .value=${engine.details} .open=${true}></warp-json>` : nothing}
      </dialog>`;
  }

  private kind(): string {
    const { state } = this.connection;
    if (state === 'unavailable' || state === 'lost') return 'problem';
    if (state === 'ready') return this.busy ? 'busy' : 'ready';
    return state;
  }

  private words(): string {
    const { state, engine, problem } = this.connection;
    switch (state) {
      case 'ready':
        return engine?.description ?? 'Ready';
      case 'starting':
        return 'Starting the engine…';
      case 'unavailable':
        return this.connection.backend === 'webgpu' ? 'No WebGPU' : 'The CPU reference did not start';
      case 'lost':
        return problem || 'The engine is gone';
      case 'off':
        return 'Engine not started';
    }
  }

  private onClick(event: Event) {
    if (event.target === this.dialog) this.dialog.close();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-badge': WarpBadge;
  }
}
