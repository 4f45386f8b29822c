import { html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { renderedMarkdown } from '../renderers/markup.ts';
import { CellElement } from './cell-element.ts';
import './editor.ts';

/** A cell of Markdown: rendered, until it is double-clicked or Enter is pressed. */
@customElement('warp-markdown-cell')
export class WarpMarkdownCell extends CellElement {
  #rendered: { source: string; element: HTMLElement } | undefined;

  protected override describe(): string {
    return this.cell.editing ? 'Markdown cell, source' : 'Markdown cell';
  }

  override render() {
    return html`<div class="gutter"></div>
      <div class="body">${this.cell.editing ? this.renderSource() : this.renderText()}</div>`;
  }

  private renderSource() {
    return html`<div class="source">
      <warp-editor
        .text=${this.cell.source}
        .language=${'markdown'}
        .label=${'Markdown source'}
        .onEdit=${this.onEdit}
      ></warp-editor>
    </div>`;
  }

  private renderText() {
    const { source, attachments } = this.cell;
    if (source.trim() === '') {
      return html`<p class="empty" @dblclick=${() => this.ask('edit')}>Empty Markdown: press Enter to write.</p>`;
    }
    if (this.#rendered?.source !== source) {
      this.#rendered = { source, element: renderedMarkdown(source, attachments) };
    }
    return html`<div class="rendered" @dblclick=${() => this.ask('edit')}>${this.#rendered.element}</div>`;
  }
}

/** A raw cell: text that is kept but neither run nor rendered. */
@customElement('warp-raw-cell')
export class WarpRawCell extends CellElement {
  protected override describe(): string {
    return 'Raw cell';
  }

  override render() {
    return html`<div class="gutter"></div>
      <div class="body">
        <div class="source">
          <warp-editor .text=${this.cell.source} .language=${'plain'} .label=${'Raw text'} .onEdit=${this.onEdit}></warp-editor>
          <p class="raw">Raw text: kept as it is, neither run nor rendered.</p>
        </div>
      </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-markdown-cell': WarpMarkdownCell;
    'warp-raw-cell': WarpRawCell;
  }
}
