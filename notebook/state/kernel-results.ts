/** What the results of WGSL cells say, read from their outputs. */
import type { MimeBundle, Output } from '../document/nbformat.ts';
import { headlineOf } from '../worker/kernels/headline.ts';
import type { CompilerMessage, KernelReportData } from '../worker/kernels/protocol.ts';
import { mimeTypes } from '../worker/protocol.ts';

// Results of our own worker, so of the type that it promises.
function reportIn(bundle: MimeBundle): KernelReportData | undefined {
  return bundle[mimeTypes.kernelReport] as unknown as KernelReportData | undefined;
}

/** What the lab found, where a run that has just ended shows it. */
export function kernelReport(outputs: readonly Output[]): KernelReportData | undefined {
  const result = outputs.findLast((output) => output.output_type === 'execute_result');
  return result && reportIn(result.data);
}

/** The verdict in a sentence, for those who do not see it. */
export function spokenVerdict(outputs: readonly Output[]): string {
  const data = kernelReport(outputs);
  if (!data) return '';
  const { word, rest } = headlineOf(data.report);
  return `${word}${rest}.`;
}

/** What the compiler and the lab say about lines of the cell whose result this is. */
export function compilerMessages(bundle: MimeBundle): readonly CompilerMessage[] {
  const data = reportIn(bundle);
  if (!data?.subject?.inCell) return [];
  const { report } = data;
  const endless: CompilerMessage[] =
    report.status === 'endless'
      ? [{ severity: 'error', line: report.line, column: 0, length: 0, message: report.text }]
      : [];
  return [...endless, ...report.messages].filter(({ line }) => line > 0);
}
