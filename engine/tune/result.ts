/** What a tuning found, for programs and for people. */
import type { VariantChoice } from '../plan/plan.ts';
import type { Trial } from './contest.ts';
import { formatInterval } from './statistics.ts';
import type { TuningMeasurement } from './tuning.ts';

/** One problem: a kernel at a shape. */
export interface TuningRow extends TuningMeasurement {
  /** Of the first dispatch with this problem. */
  readonly label: string;
  /** How many dispatches of the graph have it. */
  readonly dispatches: number;
  readonly kernel: string;
  /** Of the output. */
  readonly shape: readonly number[];
  /** Every variant that was tried; empty where the row was remembered. */
  readonly trials: readonly Trial[];
  /** Whether it was known from before. */
  readonly remembered: boolean;
}

/** A notebook shows it as a table. */
export class TuningResult {
  /** Most work first; without problems that were not reached. */
  readonly rows: readonly TuningRow[];
  /** Problems for which there was no time. */
  readonly notReached: number;
  readonly ended: 'complete' | 'budget' | 'aborted';
  /** What the tuning took. */
  readonly milliseconds: number;
  /** Picks the best variants: `backend.compile(graph, parameters, { choose: result.choose })`. */
  readonly choose: VariantChoice;

  constructor({
    rows,
    notReached,
    ended,
    milliseconds,
    choose,
  }: Omit<TuningResult, 'table' | 'toMimeBundle'>) {
    this.rows = rows;
    this.notReached = notReached;
    this.ended = ended;
    this.milliseconds = milliseconds;
    this.choose = choose;
  }

  /** The rows as single values. */
  get table(): Record<string, string | number>[] {
    return this.rows.map((row) => ({
      label: row.label,
      shape: row.shape.join('×'),
      default: row.default,
      best: row.best,
      'default ms': Number(row.defaultMs.toPrecision(3)),
      'best ms': Number(row.bestMs.toPrecision(3)),
      ratio: Number(row.ratio.toFixed(2)),
      interval: formatInterval(row.interval),
      kernel: row.kernel,
      dispatches: row.dispatches,
      'compile ms': Math.round(row.compileMs),
      tried: `${row.remembered ? 'remembered' : row.trials.length}${row.complete ? '' : ', incomplete'}`,
    }));
  }

  toString(): string {
    const { rows, notReached, ended, table } = this;
    const total = (name: 'defaultMs' | 'bestMs') =>
      rows.reduce((sum, row) => sum + row[name] * row.dispatches, 0).toFixed(2);
    const lines = [...table.slice(0, 1).map(Object.keys), ...table.map(Object.values)];
    return `${lines.map((line) => `${line.join('  ')}\n`).join('')}${rows.length} problems in ${(
      this.milliseconds / 1000
    ).toFixed(
      1,
    )} s (${ended}), ${notReached} not reached; ${total('defaultMs')} ms by default, ${total('bestMs')} ms at best.`;
  }

  /** A tabular data resource (Frictionless Data), and text. */
  toMimeBundle(): Record<string, unknown> {
    const { table } = this;
    const fields = Object.entries(table[0] ?? {}).map(([name, value]) => ({ name, type: typeof value }));
    return {
      'application/vnd.dataresource+json': { schema: { fields }, data: table },
      'text/plain': String(this),
    };
  }
}
