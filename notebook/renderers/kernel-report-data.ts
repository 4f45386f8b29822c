/** Reads kernel reports and kernel lists from documents, which anybody may have written. */
import type { JsonValue } from '../document/nbformat.ts';
import type {
  CompilerMessage,
  KernelEntry,
  KernelListData,
  KernelReport,
  KernelReportData,
} from '../worker/kernels/protocol.ts';
import { isObject } from './renderer.ts';

/** A report whose parts have the types that they should have; undefined for anything else. */
export function readKernelReport(value: JsonValue): KernelReportData | undefined {
  if (!isObject(value) || !isObject(value.report)) return undefined;
  const { report, subject } = value;
  if (typeof report.text !== 'string' || !Array.isArray(report.messages)) return undefined;
  if (!report.messages.every(isMessage) || !hasVerdict(report)) return undefined;
  const numbers = Object.fromEntries(
    ['actual', 'expected'].filter((key) => key in report).map((key) => [key, numberOf(report[key])]),
  );
  const read = { ...report, ...numbers } as unknown as KernelReport;
  if (!isObject(subject)) return { report: read };
  const { title, details, inCell, swapped, expected } = subject;
  return {
    report: read,
    subject: {
      title: String(title ?? ''),
      details: String(details ?? ''),
      inCell: inCell === true,
      swapped: swapped === true,
      ...(typeof expected === 'string' ? { expected: expected as KernelReport['status'] } : {}),
    },
  };
}

function hasVerdict(report: Record<string, unknown>): boolean {
  const numeric = (...keys: string[]) => keys.every((key) => Number.isFinite(report[key]));
  switch (report.status) {
    case 'invalid':
      return true;
    case 'endless':
      return numeric('line');
    case 'wrong':
      return (
        numeric('wrongElements', 'elements') &&
        Array.isArray(report.at) &&
        report.at.every((index) => typeof index === 'number')
      );
    case 'right':
      return (
        numeric('relativeError', 'currentMs', 'candidateMs', 'speedup', 'rounds') &&
        Array.isArray(report.interval) &&
        report.interval.length === 2 &&
        report.interval.every((end) => typeof end === 'number' && end > 0)
      );
    default:
      return false;
  }
}

function isMessage(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { severity, line, column, message } = value as unknown as Partial<CompilerMessage>;
  return (
    (severity === 'error' || severity === 'warning' || severity === 'info') &&
    typeof line === 'number' &&
    typeof column === 'number' &&
    typeof message === 'string'
  );
}

/** JSON has no NaN and no infinities: they are words there. */
function numberOf(value: JsonValue | undefined): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

export function readKernelList(value: JsonValue): KernelListData | undefined {
  if (!isObject(value) || !Array.isArray(value.kernels) || !value.kernels.every(isEntry)) return undefined;
  const { program, kernels } = value;
  return {
    program: typeof program === 'string' ? program : null,
    kernels: kernels as unknown as KernelEntry[],
  };
}

function isEntry(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { label, kernel, variant, shape } = value;
  return [label, kernel, variant].every((text) => typeof text === 'string') && Array.isArray(shape);
}
