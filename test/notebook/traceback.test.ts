import { describe, expect, it } from 'vitest';
import { type CellRun, describeError, sourceUrl } from '../../notebook/worker/traceback.ts';

const runs: CellRun[] = [
  { run: 1, cellNumber: 1, source: 'function f() {\n  null.x;\n}' },
  { run: 2, cellNumber: 2, source: '\nf();' },
];

function describeStack(stack: string, message = 'no') {
  const error = new TypeError(message);
  error.stack = stack;
  return describeError(error, runs[1]!, (run) => runs[run - 1]);
}

const expected = {
  name: 'TypeError',
  message: 'no',
  line: 2,
  traceback: ['cell 2, line 2', '    f();', 'cell 1, line 2, in f', '    null.x;', 'TypeError: no'],
};

describe('stack traces', () => {
  it('name their scripts by cell and run', () => {
    expect(sourceUrl(runs[1]!)).toBe('cell-2.ts?run=2');
  });

  it('of V8', () => {
    const stack = [
      'TypeError: no',
      '    at $scope.f (cell-1.ts?run=1:2:8)',
      '    at eval (cell-2.ts?run=2:2:1)',
      '    at evaluateCell (https://example.org/assets/main-abc.js:1:2345)',
      '    at async WorkerSession.execute (https://example.org/assets/main-abc.js:1:9999)',
    ];
    expect(describeStack(stack.join('\n'))).toEqual(expected);
  });

  it('of SpiderMonkey', () => {
    const stack = [
      '$scope.f@cell-1.ts?run=1:2:8',
      'async*@cell-2.ts?run=2:2:1',
      'ws@https://example.org/assets/main-abc.js:756:3055',
      '',
    ];
    expect(describeStack(stack.join('\n'))).toEqual(expected);
  });

  it('keep the engine where its names say something', () => {
    const stack = [
      'InputError: no',
      '    at checkArrays (http://localhost:5173/engine/run/check-inputs.ts?t=1:12:9)',
      '    at eval (cell-2.ts?run=2:2:1)',
      '    at evaluateCell (http://localhost:5173/notebook/worker/evaluate.ts:17:16)',
    ];
    expect(describeStack(stack.join('\n')).traceback).toEqual([
      'cell 2, line 2',
      '    f();',
      'engine/run/check-inputs.ts, line 12, in checkArrays',
      'TypeError: no',
    ]);
  });

  it('without a frame of a cell have no line', () => {
    expect(describeStack('TypeError: no\n    at node:internal/timers:1:1')).toEqual({
      name: 'TypeError',
      message: 'no',
      traceback: ['TypeError: no'],
    });
  });

  it('that are no text are left out', () => {
    const error = Object.assign(new Error('no'), { stack: [{}] });
    expect(describeError(error, runs[1]!, () => undefined)).toEqual({
      name: 'Error',
      message: 'no',
      traceback: ['Error: no'],
    });
  });

  it('of endless recursion are cut', () => {
    const stack = ['RangeError: no', ...Array.from({ length: 500 }, () => '    at f (cell-1.ts?run=1:2:8)')];
    expect(describeStack(stack.join('\n')).traceback.length).toBeLessThan(60);
  });
});
