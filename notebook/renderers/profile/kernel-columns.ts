/** The columns of the table of kernels. */
import { html } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { formatShare, formatSignificant } from '../../profile/format.ts';
import { formatTime, type KernelRow, type SortKey } from '../../profile/rows.ts';

/** A column; its rows sort by `key`. */
export interface Column {
  readonly key: SortKey;
  readonly title: string;
  readonly hint?: string;
  readonly numeric?: boolean;
  /** @param largest the largest share among the rows that are shown: bars are drawn against it */
  cell(row: KernelRow, largest: number): unknown;
}

const known = (value: number | null, format: (value: number) => string) =>
  value === null ? '–' : format(value);

export const columns: readonly Column[] = [
  {
    key: 'milliseconds',
    title: 'Time, ms',
    hint: 'Median with its 95 % interval',
    numeric: true,
    cell: renderTime,
  },
  {
    key: 'share',
    title: 'Share',
    hint: 'Part of the sum of all times; bars against the largest',
    numeric: true,
    cell: renderShare,
  },
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
    cell: (row) => known(row.roofline, (value) => (100 * value).toFixed(value < 0.1 ? 1 : 0)),
  },
  { key: 'kernel', title: 'Kernel', cell: (row) => row.kernel },
  { key: 'variant', title: 'Variant', cell: (row) => row.variant },
  { key: 'shape', title: 'Shape', hint: 'Shape of the result', cell: (row) => row.shape },
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

function renderShare({ share }: KernelRow, largest: number) {
  const width = `${largest > 0 ? Math.min(100, (100 * share) / largest).toFixed(1) : 0}%`;
  return html`<span class="share">
    <span class="track" aria-hidden="true"><span class="fill" style=${styleMap({ width })}></span></span>
    ${formatShare(share)}
  </span>`;
}
