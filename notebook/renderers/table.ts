import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { JsonObject, JsonValue } from '../document/nbformat.ts';
import { controls } from '../styles/controls.ts';
import { mimeTypes } from '../worker/protocol.ts';
import { isObject, type Renderer } from './renderer.ts';
import { tableStyle } from './table-style.ts';

/** Characters: shorter values stay on one line, such as names with hyphens. */
const shortText = 32;

export interface TableField {
  name: string;
  title: string;
  numeric: boolean;
}

export interface TableContent {
  fields: TableField[];
  rows: JsonObject[];
}

/** Tabular data (Frictionless tabular data resource). */
export const renderTable: Renderer = {
  mimeType: mimeTypes.table,
  render(value) {
    const content = readTable(value);
    return content && html`<warp-table .content=${content}></warp-table>`;
  },
};

/** The columns and rows of a tabular data resource; undefined when it is none. */
export function readTable(value: JsonValue): TableContent | undefined {
  if (!isObject(value) || !Array.isArray(value.data) || !value.data.every(isObject)) return undefined;
  const rows = value.data as JsonObject[];
  const schema =
    isObject(value.schema) && Array.isArray(value.schema.fields) ? value.schema.fields : undefined;
  const declared = schema?.filter(isObject).filter((field) => typeof field.name === 'string');
  const names = declared?.map((field) => String(field.name)) ?? [
    ...new Set(rows.flatMap((row) => Object.keys(row))),
  ];
  const fields = names.map((name, index) => {
    const field = declared?.[index];
    const type = field?.type;
    const numeric =
      type === undefined
        ? rows.every((row) => row[name] === null || typeof row[name] === 'number')
        : type === 'number' || type === 'integer';
    return { name, title: typeof field?.title === 'string' ? field.title : name, numeric };
  });
  return { fields, rows };
}

/** Rows that are drawn at first, and with each press of "more". */
const page = 500;

/** A table whose columns sort and whose head stays in sight. */
@customElement('warp-table')
export class WarpTable extends LitElement {
  static override styles = [controls, tableStyle];

  @property({ attribute: false }) content: TableContent = { fields: [], rows: [] };
  @state() private sort: { name: string; descending: boolean } | undefined;
  @state() private shown = page;

  override render() {
    const { fields, rows } = this.content;
    const sorted = this.sort ? sortRows(rows, this.sort.name, this.sort.descending) : rows;
    const long = rows.length > 20;
    return html`<div class="scroll ${long ? 'long' : ''}" tabindex=${long ? 0 : -1} role="region" aria-label="Table, ${rows.length} rows">
        <table>
          <thead>
            <tr>
              ${fields.map((field) => this.renderHead(field))}
            </tr>
          </thead>
          <tbody>
            ${sorted.slice(0, this.shown).map(
              (row) => html`<tr>
                ${fields.map(({ name, numeric }) => {
                  const value = row[name] ?? null;
                  const text = formatValue(value);
                  const kind = numeric ? 'numeric' : text.length <= shortText ? 'short' : 'long';
                  return html`<td class=${kind} title=${numeric ? String(value ?? '') : nothing}>${text}</td>`;
                })}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        rows.length > this.shown
          ? html`<button class="button quiet" @click=${() => {
              this.shown += page;
            }}>
              ${this.shown} of ${rows.length} rows: show more
            </button>`
          : nothing
      }`;
  }

  private renderHead({ name, title, numeric }: TableField) {
    const direction = this.sort?.name === name ? (this.sort.descending ? 'descending' : 'ascending') : 'none';
    return html`<th class=${numeric ? 'numeric' : ''} aria-sort=${direction} scope="col">
      <button @click=${() => this.sortBy(name, numeric)} title="Sort by ${title}">
        <span>${title}</span><span class="arrow" aria-hidden="true">${direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : ''}</span>
      </button>
    </th>`;
  }

  /** Numbers are first sorted from the largest, words from A; a third press restores the given order. */
  private sortBy(name: string, numeric: boolean) {
    const same = this.sort?.name === name ? this.sort : undefined;
    if (!same) this.sort = { name, descending: numeric };
    else if (same.descending === numeric) this.sort = { name, descending: !numeric };
    else this.sort = undefined;
  }
}

/** A sorted copy; numbers by value, the rest as words with their numbers by value, missing values last. */
export function sortRows(rows: readonly JsonObject[], name: string, descending: boolean): JsonObject[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const a = left[name] ?? null;
    const b = right[name] ?? null;
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * formatValue(a).localeCompare(formatValue(b), undefined, { numeric: true });
  });
}

/** Six significant digits for fractions, fewer with an exponent for tiny ones; whole numbers as they are. */
export function formatValue(value: JsonValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return JSON.stringify(value);
  if (Number.isInteger(value)) return String(value);
  if (Math.abs(value) < 1e-4) return value.toExponential(2);
  return String(Number(value.toPrecision(6)));
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-table': WarpTable;
  }
}
