import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { controls } from '../styles/controls.ts';
import type { KernelEntry, KernelListData } from '../worker/kernels/protocol.ts';
import { mimeTypes } from '../worker/protocol.ts';
import { EditKernelEvent } from './events.ts';
import { readKernelList } from './kernel-report-data.ts';
import type { Renderer } from './renderer.ts';
import { tableStyle } from './table-style.ts';

/** The kernels of a program; each can be edited. */
export const renderKernelList: Renderer = {
  mimeType: mimeTypes.kernels,
  render(value) {
    const list = readKernelList(value);
    return list && html`<warp-kernel-list .list=${list}></warp-kernel-list>`;
  },
};

@customElement('warp-kernel-list')
export class WarpKernelList extends LitElement {
  static override styles = [
    controls,
    tableStyle,
    css`
      th {
        padding: var(--space-2) var(--space-3);
        color: var(--text-muted);
        font-weight: 600;
        white-space: nowrap;
      }
      td {
        vertical-align: middle;
        white-space: nowrap;
      }
      td code {
        font: var(--text-code) var(--font-code);
      }
      td .button {
        min-height: 26px;
        padding: 0 var(--space-2);
      }
      .swapped {
        color: var(--edit);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) list: KernelListData = { program: null, kernels: [] };

  override render() {
    const { kernels } = this.list;
    const long = kernels.length > 12;
    return html`<div class="scroll ${long ? 'long' : ''}" tabindex=${long ? 0 : -1} role="region" aria-label="Kernels, ${kernels.length}">
      <table>
        <thead>
          <tr>
            <th scope="col">label</th>
            <th scope="col">kernel</th>
            <th scope="col">variant</th>
            <th scope="col" class="numeric">shape</th>
            <th scope="col"><span class="unseen">Edit</span></th>
          </tr>
        </thead>
        <tbody>
          ${kernels.map((entry) => this.renderRow(entry))}
        </tbody>
      </table>
    </div>`;
  }

  private renderRow({ label, kernel, variant, shape, swapped }: KernelEntry) {
    return html`<tr>
      <td><code>${label}</code>${swapped ? html` <span class="swapped">edited</span>` : nothing}</td>
      <td>${kernel}</td>
      <td>${variant}</td>
      <td class="numeric">${shape.join('×')}</td>
      <td>
        <button
          class="button"
          aria-label="Edit kernel ${label}"
          @click=${() => this.dispatchEvent(new EditKernelEvent(this.list.program ?? undefined, label))}
        >
          Edit kernel
        </button>
      </td>
    </tr>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-kernel-list': WarpKernelList;
  }
}
