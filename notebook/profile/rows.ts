/** The dispatches of a profile as rows of a table: rates, shares, sums; sorted, filtered, grouped. */
import type { DispatchProfile, Profile } from '../../engine/profile/profile.ts';
import { rooflinePercent } from '../../engine/profile/roofline.ts';
import {
  formatBytes,
  formatExtent,
  formatMeasured,
  formatShape,
  formatShare,
  formatSignificant,
} from './format.ts';

/** A dispatch, or all dispatches of a kernel. */
export interface KernelRow {
  /** Index of the dispatch, or of the first of the group. */
  readonly index: number;
  readonly label: string;
  readonly kernel: string;
  readonly variant: string;
  readonly shape: string;
  readonly workgroup: string;
  readonly registerTile: string;
  /** How many dispatches the row sums. */
  readonly count: number;
  readonly milliseconds: number;
  readonly uncertaintyMs: number;
  /** The clock took less than one step for it: the time is at most this many ms; 0 where it was seen. */
  readonly atMostMs: number;
  /** Part of the sum of all dispatches, 0 … 1. */
  readonly share: number;
  readonly operations: number;
  readonly bytes: number;
  /** GFLOP/s and GB/s; null where the time was too short to say. */
  readonly gigaflops: number | null;
  readonly gigabytes: number | null;
  /** Shortest time that the device's ceilings allow over the time taken; null without ceilings. */
  readonly roofline: number | null;
}

function rate(amount: number, milliseconds: number): number | null {
  return milliseconds > 0 ? amount / milliseconds / 1e6 : null;
}

/** The longest time that a dispatch may have taken where the clock's step hid it, ms; 0 where it was seen. */
export function hiddenMs(
  { milliseconds, passRepeats }: Pick<DispatchProfile, 'milliseconds' | 'passRepeats'>,
  resolutionMs: number,
): number {
  const repeats = Math.max(1, passRepeats);
  return resolutionMs > 0 && milliseconds * repeats < resolutionMs ? resolutionMs / repeats : 0;
}

/** One row a dispatch, in order of execution. */
export function kernelRows(profile: Profile): KernelRow[] {
  const sum = profile.dispatches.reduce((total, { milliseconds }) => total + milliseconds, 0);
  return profile.dispatches.map((dispatch, index): KernelRow => {
    const { label, kernel, variant, milliseconds, uncertaintyMs, operations, bytes } = dispatch;
    const atMostMs = hiddenMs(dispatch, profile.resolutionMs);
    const seen = atMostMs === 0;
    const percent = profile.ceilings && seen ? rooflinePercent(dispatch, profile.ceilings) : Number.NaN;
    return {
      index,
      label,
      kernel,
      variant,
      shape: formatShape(dispatch.shape),
      workgroup: formatExtent(dispatch.workgroupSize),
      registerTile: dispatch.registerTile ?? '',
      count: 1,
      milliseconds,
      uncertaintyMs,
      atMostMs,
      share: sum > 0 ? milliseconds / sum : 0,
      operations,
      bytes,
      gigaflops: seen ? rate(operations, milliseconds) : null,
      gigabytes: seen ? rate(bytes, milliseconds) : null,
      roofline: Number.isFinite(percent) ? percent / 100 : null,
    };
  });
}

/**
 * The sum of some rows. Uncertainties of dispatches are independent and add as squares. The roofline is that of the
 * parts: the sum of their shortest times over the time taken.
 */
export function sumRows(rows: readonly KernelRow[], label: string, kernel = ''): KernelRow {
  const add = (value: (row: KernelRow) => number) => rows.reduce((sum, row) => sum + value(row), 0);
  const milliseconds = add((row) => row.milliseconds);
  const work = { operations: add((row) => row.operations), bytes: add((row) => row.bytes) };
  const limited = rows.filter(({ roofline }) => roofline !== null);
  const bestMs = limited.reduce((sum, row) => sum + row.roofline! * row.milliseconds, 0);
  const limitedMs = limited.reduce((sum, row) => sum + row.milliseconds, 0);
  const same = (value: (row: KernelRow) => string) => {
    const values = new Set(rows.map(value));
    return values.size === 1 ? [...values][0]! : values.size === 0 ? '' : `${values.size} kinds`;
  };
  return {
    index: rows[0]?.index ?? 0,
    label,
    kernel,
    variant: same((row) => row.variant),
    shape: same((row) => row.shape),
    workgroup: same((row) => row.workgroup),
    registerTile: same((row) => row.registerTile),
    count: add((row) => row.count),
    milliseconds,
    uncertaintyMs: Math.sqrt(add((row) => row.uncertaintyMs ** 2)),
    atMostMs: rows.length > 0 && rows.every(({ atMostMs }) => atMostMs > 0) ? add((row) => row.atMostMs) : 0,
    share: add((row) => row.share),
    ...work,
    gigaflops: rate(work.operations, milliseconds),
    gigabytes: rate(work.bytes, milliseconds),
    roofline: limitedMs > 0 ? bestMs / limitedMs : null,
  };
}

/** One row a kernel, in order of its first dispatch. */
export function groupRows(rows: readonly KernelRow[]): KernelRow[] {
  const groups = new Map<string, KernelRow[]>();
  for (const row of rows) {
    const group = groups.get(row.kernel);
    if (group) group.push(row);
    else groups.set(row.kernel, [row]);
  }
  return [...groups].map(([kernel, group]) =>
    sumRows(group, `${group.length} dispatch${group.length === 1 ? '' : 'es'}`, kernel),
  );
}

/** Rows that have every word of `words` in a name. */
export function filterRows(rows: readonly KernelRow[], words: string): KernelRow[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ label, kernel, variant, shape }) => {
    const names = `${label} ${kernel} ${variant} ${shape}`.toLowerCase();
    return wanted.every((word) => names.includes(word));
  });
}

export type SortKey = Exclude<
  keyof KernelRow,
  'count' | 'operations' | 'bytes' | 'uncertaintyMs' | 'atMostMs'
>;

/** A sorted copy; names by the numbers in them, what is unknown last either way. */
export function sortKernelRows(rows: readonly KernelRow[], key: SortKey, descending: boolean): KernelRow[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((left, right) => {
    const a = left[key];
    const b = right[key];
    if (a === null || b === null) return a === b ? left.index - right.index : a === null ? 1 : -1;
    const order =
      typeof a === 'number' && typeof b === 'number'
        ? a - b
        : String(a).localeCompare(String(b), undefined, { numeric: true });
    return order === 0 ? left.index - right.index : sign * order;
  });
}

/** `40.37` with its uncertainty, or `< 0.1` where the clock saw nothing. */
export function formatTime(row: Pick<KernelRow, 'milliseconds' | 'uncertaintyMs' | 'atMostMs'>) {
  return row.atMostMs > 0
    ? {
        value: `< ${formatSignificant(row.atMostMs, 2)
          .replace(/(\.\d*?)0+$/, '$1')
          .replace(/\.$/, '')}`,
        uncertainty: '',
      }
    : formatMeasured(row.milliseconds, row.uncertaintyMs);
}

/** What there is to say about a row, name by name. */
export function rowFacts(row: KernelRow): [name: string, value: string][] {
  const time = formatTime(row);
  const facts: [string, string][] = [
    ['kernel', row.kernel],
    ['variant', row.variant],
    ['shape', row.shape],
    ['time', `${time.value} ${time.uncertainty}`.trim().concat(' ms')],
    ['share', formatShare(row.share)],
  ];
  if (row.gigaflops !== null && row.operations > 0)
    facts.push(['rate', `${formatSignificant(row.gigaflops)} GFLOP/s`]);
  if (row.gigabytes !== null)
    facts.push(['traffic', `${formatSignificant(row.gigabytes)} GB/s, ${formatBytes(row.bytes)}`]);
  if (row.roofline !== null) facts.push(['of roofline', formatShare(row.roofline)]);
  if (row.workgroup !== '–') {
    facts.push([
      'workgroup',
      row.registerTile ? `${row.workgroup}, ${row.registerTile} a thread` : row.workgroup,
    ]);
  }
  return facts;
}

/** Rows whose uncertainty is more than half of their time: something else kept the machine busy. */
export function uncertainRows(rows: readonly KernelRow[]): KernelRow[] {
  return rows.filter(
    ({ uncertaintyMs, milliseconds, atMostMs }) => atMostMs === 0 && uncertaintyMs > milliseconds / 2,
  );
}
