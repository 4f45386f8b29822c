/** What the benchmark prints, as Markdown. */
import {
  type Advantage,
  adapterName,
  advantage,
  methods,
  type Results,
  type RuntimeResult,
  type TaskResult,
  type Timings,
} from './results.ts';
import { trainingNames } from './tasks.ts';

function milliseconds(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function megabytes(bytes: number | null | undefined): string {
  return bytes === null || bytes === undefined
    ? '-'
    : (bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0);
}

function medianOf(timings: Timings | null): string {
  return timings ? milliseconds(timings.median) : '-';
}

function range([low, high]: readonly [number, number]): string {
  return `${milliseconds(low)}–${milliseconds(high)}`;
}

/** A Markdown table, the first column aligned left, the others right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
}

const header = [
  'runtime',
  'median ms',
  'quartiles ms',
  'min–max ms',
  'calls',
  'ratio to ours',
  'page open ms',
  'first call ms',
  'GPU peak MB',
  'GPU steady MB',
  'JS + WASM MB',
  'processes peak MB',
];

/** `perSecond`: whether the table has a column of steps a second. */
function row(
  { runtime, calls, stepsPerSecond, ratio, pageOpen, firstCall, memory }: RuntimeResult,
  perSecond: boolean,
): string[] {
  return [
    runtime,
    ...(perSecond ? [stepsPerSecond ? stepsPerSecond.toPrecision(3) : '-'] : []),
    medianOf(calls),
    calls ? range(calls.quartiles) : '-',
    calls ? range([calls.minimum, calls.maximum]) : '-',
    String(calls?.samples.length ?? 0),
    ratio === null ? '-' : `${ratio.toFixed(2)}×`,
    medianOf(pageOpen),
    medianOf(firstCall),
    megabytes(memory?.gpuPeak),
    megabytes(memory?.gpuSteady),
    megabytes(memory?.page ?? (memory && memory.heap !== null ? memory.heap + memory.wasm : null)),
    megabytes(memory?.processesPeak),
  ];
}

function say(what: string, found: Advantage | null): string[] {
  return found ? [`${what} ${found.factor.toFixed(2)}× (${found.peer})`] : [];
}

function renderTask(task: TaskResult): string {
  const best = [
    ...say(
      'calls',
      advantage(task, ({ calls }) => calls?.median),
    ),
    ...say(
      'page open',
      advantage(task, ({ pageOpen }) => pageOpen?.median),
    ),
    ...say(
      'first call',
      advantage(task, ({ firstCall }) => firstCall?.median),
    ),
    ...say(
      'GPU memory at its peak',
      advantage(task, ({ memory }) => memory?.gpuPeak),
    ),
    ...say(
      'processes at their peak',
      advantage(task, ({ memory }) => memory?.processesPeak),
    ),
  ];
  const errors = task.agreement.flatMap(({ relativeL2, difference }) =>
    difference === null ? Object.values(relativeL2) : [],
  );
  const { date, command, load } = task.measured;
  const perSecond = task.runtimes.some(({ stepsPerSecond }) => stepsPerSecond !== undefined);
  const [first, ...others] = header;
  return [
    `### ${task.description}`,
    '',
    table([
      [first!, ...(perSecond ? ['steps/s'] : []), ...others],
      ...task.runtimes.map((result) => row(result, perSecond)),
    ]),
    '',
    ...(best.length > 0 ? [`The best of the others over ours: ${best.join(', ')}.`] : []),
    ...(errors.length > 0
      ? [`All pairs agree: relative L2 error at most ${Math.max(...errors).toExponential(1)}.`]
      : []),
    ...task.runtimes.flatMap(({ runtime, failure }) => (failure === null ? [] : [`${runtime}: ${failure}`])),
    `Measured ${date} by \`${command}\`; load before the start ${load.toFixed(1)}.`,
  ].join('\n');
}

/** The results for people. */
export function renderResults(results: Results): string {
  const versions = new Set(
    results.tasks.map(({ measured }) =>
      Object.entries(measured.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ),
  );
  return [
    `## ${adapterName(results.adapter)}, ${results.browser}`,
    '',
    results.tasks.map(renderTask).join('\n\n'),
    '',
    `Models: ${methods.models}.`,
    `Forms: ${methods.forms}`,
    ...(results.tasks.some(({ workload }) => (trainingNames as readonly string[]).includes(workload))
      ? [`Training: ${methods.training}`]
      : []),
    `Median, quartiles, min–max: ${methods.calls}.`,
    `Page open: ${methods.pageOpen}.`,
    `First call: ${methods.firstCall}.`,
    `Memory: ${methods.memory}.`,
    `Processor: ${results.processor}. Versions: ${[...versions].join('; ')}.`,
  ].join('\n');
}
