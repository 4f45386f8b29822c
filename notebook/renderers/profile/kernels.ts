/** The table of the dispatches: sorts, filters, and sums by kernel. */
import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Profile } from '../../../engine/profile/profile.ts';
import { formatDuration, formatShare, formatSignificant } from '../../profile/format.ts';
import {
  filterRows,
  formatTime,
  groupRows,
  type KernelRow,
  kernelRows,
  type SortKey,
  sortKernelRows,
  sumRows,
} from '../../profile/rows.ts';
import { controls } from '../../styles/controls.ts';
import { tableStyle } from '../table-style.ts';
import { kernelsStyle } from './kernels-style.ts';
import { profileStyle } from './style.ts';

interface Column {
  readonly key: SortKey;
  readonly title: string;
  readonly hint?: string;
  readonly numeric?: boolean;
  cell(row: KernelRow): unknown;
}

const known = (value: number | null, format: (value: number) => string) =>
  value === null ? '–' : format(value);

const columns: readonly Column[] = [
  { key: 'kernel', title: 'Kernel', cell: (row) => row.kernel },
  { key: 'shape', title: 'Shape', hint: 'Shape of the result', cell: (row) => row.shape },
  {
    key: 'milliseconds',
    title: 'Time, ms',
    hint: 'Median with its 95 % interval',
    numeric: true,
    cell: renderTime,
  },
  { key: 'share', title: 'Share', numeric: true, cell: renderShare },
  {
    key: 'gigaflops',
    title: 'GFLOP/s',
    hint: 'A multiply-add counts as two',
    numeric: true,
    cell: (row) => (row.operations > 0 ? known(row.gigaflops, formatSignificant) : '–'),
  },
  {
    key: 'gigabytes',
    title: 'GB/s',
    hint: 'Bytes that must be read and written at least once',
    numeric: true,
    cell: (row) => known(row.gigabytes, formatSignificant),
  },
  {
    key: 'roofline',
    title: 'Roofline, %',
    hint: 'The shortest time that the ceilings of this device allow, over the time taken',
    numeric: true,
    cell: (row) => known(row.roofline, (value) => (100 * value).toFixed(0)),
  },
  { key: 'variant', title: 'Variant', cell: (row) => row.variant },
  { key: 'workgroup', title: 'Workgroup', hint: 'Invocations of a workgroup', cell: (row) => row.workgroup },
  {
    key: 'registerTile',
    title: 'Register tile',
    hint: 'What one thread computes',
    cell: (row) => row.registerTile || '–',
  },
];

function renderTime(row: KernelRow) {
  const { value, uncertainty } = formatTime(row);
  if (row.atMostMs > 0) {
    return html`<span class="time hidden-time" title="Shorter than one step of the clock">${value}<span class="uncertainty"></span></span>`;
  }
  return html`<span class="time">${value}<span class="uncertainty">${uncertainty}</span></span>`;
}

function renderShare({ share }: KernelRow) {
  return html`<span class="share">
    <span class="track" aria-hidden="true"><span class="fill" style=${styleMap({ width: `${(100 * share).toFixed(2)}%` })}></span></span>
    ${formatShare(share)}
  </span>`;
}

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
    const total = sumRows(matching, 'Sum');
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
            </tr>
          </thead>
          <tbody>
            ${sorted.slice(0, this.shown).map(
              (row) => html`<tr>
                <td class="name" title=${row.label}>
                  <span class="swatch" style=${styleMap({ background: `var(${this.tokens.get(row.kernel) ?? '--text-faint'})` })}></span>${row.label}
                </td>
                ${shownColumns.map(({ cell, numeric }) => html`<td class=${numeric ? 'numeric' : ''}>${cell(row)}</td>`)}
              </tr>`,
            )}
          </tbody>
          <tfoot>
            <tr>
              <td class="name">${total.label}</td>
              ${shownColumns.map(({ key, cell, numeric }) =>
                numeric ? html`<td class="numeric">${cell(total)}</td>` : html`<td aria-label=${key}></td>`,
              )}
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
      }`;
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
