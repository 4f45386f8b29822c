import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../notebook/document/nbformat.ts';
import { readKernelList, readKernelReport } from '../../notebook/renderers/kernel-report-data.ts';
import { scaleEnd, scalePosition } from '../../notebook/renderers/kernel-report-plot.ts';
import { compilerMessages, spokenVerdict } from '../../notebook/state/kernel-results.ts';
import type { KernelReport } from '../../notebook/worker/kernels/protocol.ts';
import { kernelReportBundle } from '../../notebook/worker/mime/kernel-report.ts';
import { mimeTypes } from '../../notebook/worker/protocol.ts';

const subject = { title: 'model › conv1', details: 'conv2d/tile [4]', inCell: true, swapped: false };
const message = { severity: 'error', line: 3, column: 7, length: 4, message: 'unresolved value' } as const;

const reports: KernelReport[] = [
  { status: 'invalid', messages: [message], text: 'line 3:7: unresolved value' },
  { status: 'endless', messages: [], text: 'the loop in line 9 does not end', line: 9 },
  {
    status: 'wrong',
    messages: [],
    text: 'wrong at [1, 2]: NaN instead of 0.5 (2 of 8 elements)',
    at: [1, 2],
    actual: Number.NaN,
    expected: 0.5,
    wrongElements: 2,
    elements: 8,
  },
  {
    status: 'right',
    messages: [],
    text: '2.00× slower (1.90–2.10)',
    relativeError: 1e-7,
    currentMs: 1,
    candidateMs: 2,
    speedup: 0.5,
    interval: [0.476, 0.526],
    rounds: 15,
  },
];

describe('a kernel report in a document', () => {
  it.each(reports)('$status survives the file', (report) => {
    const bundle = kernelReportBundle({ report, subject });
    const saved = JSON.parse(JSON.stringify(bundle[mimeTypes.kernelReport])) as JsonValue;
    expect(readKernelReport(saved)).toEqual({ report, subject });
  });

  it.each([
    null,
    'right',
    {},
    { report: { status: 'right', text: 'x', messages: [] } },
    { report: { ...reports[3], interval: [0, 1] } },
    { report: { ...reports[3], currentMs: '<b>' } },
    { report: { ...reports[2], at: ['<b>'] } },
    { report: { ...reports[0], messages: [{ ...message, severity: 'fatal' }] } },
    { report: { ...reports[0], status: 'other' } },
    { report: { ...reports[0], text: 3 } },
  ])('%j is none, and its fallback is shown', (value) => {
    expect(readKernelReport(value as unknown as JsonValue)).toBeUndefined();
  });

  it('marks the lines that it names, and says its verdict', () => {
    const [invalid, endless, wrong, right] = reports.map((report) => kernelReportBundle({ report, subject }));
    expect(compilerMessages(invalid!)).toEqual([message]);
    expect(compilerMessages(endless!)).toMatchObject([{ severity: 'error', line: 9 }]);
    expect(compilerMessages(wrong!)).toEqual([]);
    // Lines of a text in another cell.
    expect(compilerMessages(kernelReportBundle({ report: reports[0]! }))).toEqual([]);
    const result = { output_type: 'execute_result', execution_count: 1, metadata: {} } as const;
    expect(spokenVerdict([{ ...result, data: right! }])).toBe('Right but slower: 2.00× slower (1.90–2.10).');
    expect(spokenVerdict([])).toBe('');
  });

  it('lists kernels that are kernels', () => {
    const kernel = { label: 'a', kernel: 'matmul', variant: 'tile', shape: [1, 2], swapped: false };
    expect(readKernelList({ program: 'model', kernels: [kernel] })).toEqual({
      program: 'model',
      kernels: [kernel],
    });
    expect(readKernelList({ program: 3, kernels: [] })).toEqual({ program: null, kernels: [] });
    expect(readKernelList({ program: 'model', kernels: [{ ...kernel, label: null }] })).toBeUndefined();
    expect(readKernelList([])).toBeUndefined();
  });
});

describe('the plot of a speed-up', () => {
  it('has 1× in its middle, and as much room for slower as for faster', () => {
    expect(scalePosition(1, 2)).toBe(0.5);
    expect(scalePosition(2, 2)).toBe(1);
    expect(scalePosition(0.5, 2)).toBeCloseTo(0);
    expect(scalePosition(100, 2)).toBe(1);
  });

  it('ends at a round number beyond the interval', () => {
    expect(scaleEnd([0.99, 1.01])).toBe(1.25);
    expect(scaleEnd([1.27, 1.36])).toBe(1.5);
    expect(scaleEnd([0.3, 0.4])).toBe(4);
    expect(scaleEnd([50, 100])).toBeCloseTo(110);
  });
});
