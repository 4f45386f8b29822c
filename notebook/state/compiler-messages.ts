import type { MimeBundle } from '../document/nbformat.ts';
import type { CompilerMessage, KernelReportData } from '../worker/kernels/protocol.ts';
import { mimeTypes } from '../worker/protocol.ts';

/** What the compiler and the lab say about lines of the cell whose result this is. */
export function compilerMessages(bundle: MimeBundle): readonly CompilerMessage[] {
  // From our own worker, so of the type that it promises.
  const data = bundle[mimeTypes.kernelReport] as unknown as KernelReportData | undefined;
  if (!data?.subject?.inCell) return [];
  const { report } = data;
  const endless: CompilerMessage[] =
    report.status === 'endless'
      ? [{ severity: 'error', line: report.line, column: 0, length: 0, message: report.text }]
      : [];
  return [...endless, ...report.messages].filter(({ line }) => line > 0);
}
