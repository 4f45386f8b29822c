/** What the benchmark prints and writes. */
import type { BatchTimings } from './measure.ts';
import type { AdapterDescription } from './page-interface.ts';
import { summarize } from './statistics.ts';

/** Where and with what was measured. */
export interface Circumstances {
  /** ISO 8601. */
  readonly date: string;
  readonly adapter: AdapterDescription;
  readonly browser: string;
  /** Processor and number of its threads, since a software adapter runs there. */
  readonly processor: string;
  /** Processes that wanted a processor in the minute before the start; above 1 others disturbed the timings. 0 on Windows. */
  readonly load: number;
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
}

export function adapterName({ vendor, architecture, device, description }: AdapterDescription): string {
  return description || [vendor, architecture, device].filter(Boolean).join(' ') || 'unnamed adapter';
}

/** An adapter's name as a file name, for example `swiftshader-device-subzero`. */
export function adapterFileName(adapter: AdapterDescription): string {
  return adapterName(adapter)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

/** What the numbers include, in words. */
export const methods = {
  model: 'MobileNet v1 1.0 224, float32, the same weights and the same seeded input for every runtime',
  firstCall:
    'in a fresh page with code, weights and input in memory: open the device, upload weights, compile, run once, read back features and probabilities',
  calls:
    'all runtimes in one page on one adapter, taking turns, one at a time; each call uploads the input, runs, and reads back features and probabilities',
};

/** The results as data. Times in milliseconds. */
export function resultsOf(circumstances: Circumstances, batches: readonly BatchTimings[]) {
  return {
    ...circumstances,
    methods,
    batches: batches.map(({ batch, timings, agreement }) => {
      const ours = timings.find(({ runtime }) => runtime === 'warpbook');
      const oursMedian = ours && summarize(ours.calls).median;
      return {
        batch,
        agreement,
        results: timings.map(({ runtime, firstCall, calls }) => {
          const summary = summarize(calls);
          return {
            runtime,
            firstCallMs: firstCall,
            medianMs: summary.median,
            minimumMs: summary.minimum,
            maximumMs: summary.maximum,
            /** Median over our median. */
            ratio: oursMedian === undefined ? null : summary.median / oursMedian,
            callsMs: calls,
          };
        }),
      };
    }),
  };
}

export type Results = ReturnType<typeof resultsOf>;

function milliseconds(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

/** Columns of text, the first two aligned left, the others right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? `${'-'.repeat(width + 2)}` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
}

/** The results for people, as Markdown. */
export function renderResults(results: Results): string {
  const rows = [
    ['runtime', 'batch', 'first call ms', 'median ms', 'min–max ms', 'calls', 'ratio to ours'],
    ...results.batches.flatMap(({ batch, results: list }) =>
      list.map(({ runtime, firstCallMs, medianMs, minimumMs, maximumMs, ratio, callsMs }) => [
        runtime,
        String(batch),
        milliseconds(firstCallMs),
        milliseconds(medianMs),
        `${milliseconds(minimumMs)}–${milliseconds(maximumMs)}`,
        String(callsMs.length),
        ratio === null ? '-' : `${ratio.toFixed(2)}×`,
      ]),
    ),
  ];
  const versions = Object.entries(results.versions).map(([name, version]) => `${name} ${version}`);
  return [
    table(rows),
    '',
    `Model: ${methods.model}.`,
    `First call: ${methods.firstCall}.`,
    `Median: ${methods.calls}.`,
    `Adapter: ${adapterName(results.adapter)}. Browser: ${results.browser}. Processor: ${results.processor}, load before the start ${results.load.toFixed(1)}.`,
    `Versions: ${versions.join(', ')}. Date: ${results.date}.`,
  ].join('\n');
}
