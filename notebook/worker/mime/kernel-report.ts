/** What the kernel lab found, and lists of kernels, as outputs. */
import type { JsonObject, MimeBundle } from '../../document/nbformat.ts';
import { headlineOf } from '../kernels/headline.ts';
import type { KernelEntry, KernelListData, KernelReport, KernelReportData } from '../kernels/protocol.ts';
import { mimeTypes } from '../protocol.ts';
import { isPlainObject } from './displayable.ts';
import { escapeHtml } from './escape.ts';
import { tableBundle } from './table.ts';

const verdicts: ReadonlySet<unknown> = new Set<KernelReport['status']>([
  'right',
  'wrong',
  'invalid',
  'endless',
]);

/** Whether a value is what a lab's `test` resolves to. */
export function isKernelReport(value: unknown): value is KernelReport {
  return (
    isPlainObject(value) &&
    verdicts.has(value.status) &&
    typeof value.text === 'string' &&
    Array.isArray(value.messages)
  );
}

export function kernelReportBundle(data: KernelReportData): MimeBundle {
  const { report, subject } = data;
  const { word, rest } = headlineOf(report);
  const headline = word + rest;
  const lines = [...describeReport(report), ...notes(data)];
  const title = subject ? `${subject.title} (${subject.details})` : '';
  return {
    [mimeTypes.kernelReport]: toJson(data),
    [mimeTypes.html]: [
      `<p><strong>${escapeHtml(headline)}</strong>${title ? `<br>${escapeHtml(title)}` : ''}</p>`,
      ...(lines.length ? [`<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`] : []),
    ].join('\n'),
    [mimeTypes.plain]: [...(title ? [title] : []), headline, ...lines.map((line) => `  ${line}`)].join('\n'),
  };
}

function notes({ subject }: KernelReportData): string[] {
  return [
    ...(subject?.expected && subject.expected !== 'right'
      ? [`the cell fails: it expects the verdict '${subject.expected}'`]
      : []),
    ...(subject?.swapped ? ['it runs in the program now'] : []),
  ];
}

/** What a report knows beyond its headline. */
function describeReport(report: KernelReport): string[] {
  const messages = report.messages.map(
    ({ severity, line, column, message }) =>
      `${severity}${line > 0 ? `, line ${line}:${column}` : ''}: ${message}`,
  );
  if (report.status !== 'right') return messages;
  const { currentMs, candidateMs, relativeError, rounds } = report;
  return [
    `current ${currentMs.toPrecision(4)} ms, edited ${candidateMs.toPrecision(4)} ms, by ${rounds} rounds in turn`,
    `relative error ${relativeError.toExponential(1)} against the float64 reference`,
    ...messages,
  ];
}

/** JSON has no NaN and no infinities, and an output may well be one: they travel as words. */
function toJson(data: KernelReportData): JsonObject {
  return JSON.parse(
    JSON.stringify(data, (_, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
    ),
  ) as JsonObject;
}

/** Kernels as a table, from which each can be edited. */
export function kernelListBundle(program: string | undefined, kernels: readonly KernelEntry[]): MimeBundle {
  const data: KernelListData = { program: program ?? null, kernels };
  const rows = kernels.map(({ label, kernel, variant, shape, swapped }) => ({
    label,
    kernel,
    variant,
    shape: shape.join('×'),
    ...(swapped ? { swapped } : {}),
  }));
  const table = tableBundle(rows, { columns: ['label', 'kernel', 'variant', 'shape'] });
  return {
    [mimeTypes.kernels]: JSON.parse(JSON.stringify(data)) as JsonObject,
    [mimeTypes.html]: table[mimeTypes.html]!,
    [mimeTypes.plain]: table[mimeTypes.plain]!,
  };
}
