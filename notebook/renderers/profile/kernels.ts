/** The table of the dispatches: sorts, filters, and sums by kernel. */
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Profile } from '../../../engine/profile/profile.ts';
import { formatDuration, formatShare } from '../../profile/format.ts';
import {
  filterRows,
  groupRows,
  type KernelRow,
  kernelRows,
  type SortKey,
  sortKernelRows,
  sumRows,
  uncertainRows,
} from '../../profile/rows.ts';
import { controls } from '../../styles/controls.ts';
import { EditKernelEvent } from '../events.ts';
import { tableStyle } from '../table-style.ts';
import { type Column, columns } from './kernel-columns.ts';
import { kernelsStyle } from './kernels-style.ts';
import { profileStyle } from './style.ts';

/** Rows that are drawn at first, and with each press of "more". */
const page = 300;

@customElement('warp-profile-kernels')
export class WarpProfileKernels extends LitElement {
  static override styles = [controls, tableStyle, profileStyle, kernelsStyle];

  @property({ attribute: false }) profile!: Profile;
  /** Colour tokens by kernel. */
  @property({ attribute: false }) tokens: ReadonlyMap<string, string> = new Map();
  @state() private sort: { key: SortKey; descending: boolean } | undefined;
  @state() private words = '';
  @state() private grouped = false;
  @state() private shown = page;
  #rows: readonly KernelRow[] = [];

  override willUpdate(changes: Map<string, unknown>) {
    if (changes.has('profile')) this.#rows = kernelRows(this.profile);
  }

  override render() {
    const { sort } = this;
    const matching = filterRows(this.#rows, this.words);
    const rows = this.grouped ? groupRows(matching) : matching;
    const sorted = sort ? sortKernelRows(rows, sort.key, sort.descending) : rows;
    const shownColumns = columns.filter(({ key }) => key !== 'roofline' || this.profile.ceilings);
    const long = sorted.length > 16;
    const hidden = matching.filter(({ atMostMs }) => atMostMs > 0).length;
    const uncertain = uncertainRows(matching).length;
    const total = sumRows(matching, 'Sum');
    const largest = Math.max(0, ...rows.map(({ share }) => share));
    return html`<div class="bar">
        <input
          type="search"
          placeholder="Filter by name"
          aria-label="Filter the kernels by name"
          .value=${this.words}
          @input=${(event: InputEvent) => {
            this.words = (event.target as HTMLInputElement).value;
          }}
        />
        <label class="toggle"><input type="checkbox" .checked=${this.grouped} @change=${(event: Event) => {
          this.grouped = (event.target as HTMLInputElement).checked;
        }} />Sum by kernel</label>
        <span class="space"></span>
        <span class="count" role="status">${matching.length === this.#rows.length ? `${matching.length} dispatches` : `${matching.length} of ${this.#rows.length} dispatches`}</span>
      </div>
      <div class="scroll ${long ? 'long' : ''}" tabindex="0" role="region" aria-label="Table of the kernels">
        <table>
          <thead>
            <tr>
              ${this.renderHead({ key: this.grouped ? 'index' : 'label', title: this.grouped ? 'Dispatches' : 'Dispatch', cell: () => nothing }, 'name')}
              ${shownColumns.map((column) => this.renderHead(column))}
              ${this.grouped ? nothing : html`<th scope="col"><span class="unseen">Edit</span></th>`}
            </tr>
          </thead>
          <tbody>
            ${sorted.slice(0, this.shown).map(
              (row) => html`<tr>
                <td class="name" title=${row.label}>
                  <span class="swatch" style=${styleMap({ background: `var(${this.tokens.get(row.kernel) ?? '--text-faint'})` })}></span>${row.label}
                </td>
                ${shownColumns.map(({ cell, numeric }) => html`<td class=${numeric ? 'numeric' : ''}>${cell(row, largest)}</td>`)}
                ${this.grouped ? nothing : html`<td>${this.renderEdit(row.label)}</td>`}
              </tr>`,
            )}
          </tbody>
          <tfoot>
            <tr>
              <td class="name">${total.label}</td>
              ${shownColumns.map(({ key, cell, numeric }) =>
                numeric
                  ? html`<td class="numeric">${key === 'share' ? formatShare(total.share) : cell(total, 1)}</td>`
                  : html`<td aria-label=${key}></td>`,
              )}
              ${this.grouped ? nothing : html`<td></td>`}
            </tr>
          </tfoot>
        </table>
      </div>
      ${
        sorted.length > this.shown
          ? html`<button class="button quiet" @click=${() => {
              this.shown += page;
            }}>
              ${this.shown} of ${sorted.length} rows: show more
            </button>`
          : nothing
      }
      ${
        hidden > 0
          ? html`<p class="note">
              ${hidden} of them ran shorter than one step of the clock (${formatDuration(this.profile.resolutionMs)}): only
              an upper bound is known.
            </p>`
          : nothing
      }
      ${
        uncertain > 0
          ? html`<p class="note">
              In ${uncertain} of ${matching.length} dispatches the uncertainty exceeds half of the time: something else kept the
              machine busy. Profile again when it is quiet, or with more repeats.
            </p>`
          : nothing
      }`;
  }

  private renderEdit(label: string) {
    return html`<button
      class="link"
      aria-label="Edit kernel ${label}"
      title="Edit this kernel in a WGSL cell"
      @click=${() => this.dispatchEvent(new EditKernelEvent(undefined, label))}
    >
      Edit
    </button>`;
  }

  private renderHead({ key, title, hint, numeric = false }: Column, extra = '') {
    const direction = this.sort?.key === key ? (this.sort.descending ? 'descending' : 'ascending') : 'none';
    return html`<th class="${numeric ? 'numeric' : ''} ${extra}" aria-sort=${direction} scope="col">
      <button @click=${() => this.sortBy(key, numeric)} title=${hint ?? `Sort by ${title}`}>
        <span>${title}</span><span class="arrow" aria-hidden="true">${direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : ''}</span>
      </button>
    </th>`;
  }

  /** Numbers are first sorted from the largest, names from A; a third press restores the order of execution. */
  private sortBy(key: SortKey, numeric: boolean) {
    const same = this.sort?.key === key ? this.sort : undefined;
    if (!same) this.sort = { key, descending: numeric };
    else if (same.descending === numeric) this.sort = { key, descending: !numeric };
    else this.sort = undefined;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-profile-kernels': WarpProfileKernels;
  }
}
