import { html, nothing, type PropertyValues } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { InputEvent } from '../renderers/input.ts';
import type { CellStatus } from '../state/cell-model.ts';
import { formatDuration } from '../state/duration.ts';
import { CellElement } from './cell-element.ts';
import './editor.ts';
import './outputs.ts';

const words: Record<CellStatus, string> = {
  idle: '',
  queued: 'queued',
  running: 'running',
  done: 'done in',
  failed: 'failed after',
  interrupted: 'stopped after',
};

/** A cell of TypeScript with its outputs. */
@customElement('warp-code-cell')
export class WarpCodeCell extends CellElement {
  #timer: ReturnType<typeof setInterval> | undefined;

  override disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  override updated(changes: PropertyValues<this>) {
    super.updated(changes);
    const running = this.cell.status === 'running';
    if (running && this.#timer === undefined) this.#timer = setInterval(() => this.requestUpdate(), 100);
    if (!running) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  protected override describe(): string {
    return `Code cell ${this.number}${this.describeState()}`;
  }

  /** `, done in 12 ms`; empty where there is nothing to say. */
  protected describeState(): string {
    const { status, durationMs, executionCount } = this.cell;
    const time = durationMs === undefined ? '' : ` ${formatDuration(durationMs)}`;
    const state = status === 'idle' ? (executionCount === null ? 'not run' : '') : `${words[status]}${time}`;
    return state ? `, ${state}` : '';
  }

  override render() {
    const { cell } = this;
    const busy = cell.status === 'running' || cell.status === 'queued';
    return html`<div class="gutter">
        <button class="prompt" tabindex="-1" aria-label="Run cell ${this.number}" title="Run this cell (Ctrl+Enter)" @click=${() => this.ask('run')}>
          <span class="count">[${busy ? '*' : (cell.executionCount ?? ' ')}]</span><span class="play" aria-hidden="true">▶</span>
        </button>
        ${this.renderTime()}
      </div>
      <div class="body" @warp-input=${this.onInput}>
        ${this.renderSource()}
        <warp-outputs .cell=${cell} ?hidden=${cell.outputs.length === 0}></warp-outputs>
      </div>`;
  }

  protected renderSource() {
    return html`<div class="source">
      <warp-editor
        .text=${this.cell.source}
        .language=${'typescript'}
        .label=${`Source of code cell ${this.number}`}
        .onEdit=${this.onEdit}
      ></warp-editor>
    </div>`;
  }

  private renderTime() {
    const { status, startedAt, durationMs } = this.cell;
    if (status === 'queued') return html`<span class="time">queued</span>`;
    if (status === 'running')
      return html`<span class="time">${formatDuration(performance.now() - startedAt)}</span>`;
    if (durationMs === undefined) return nothing;
    const time = formatDuration(durationMs);
    const mark = status === 'failed' ? '✕ ' : status === 'interrupted' ? '■ ' : '';
    return html`<span class="time" title="${words[status]} ${time}">${mark}${time}</span>`;
  }

  private onInput(event: InputEvent) {
    this.cell.inputs = { ...this.cell.inputs, [event.label]: event.value };
    this.ask('input');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-code-cell': WarpCodeCell;
  }
}
