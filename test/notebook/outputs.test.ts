import { describe, expect, it } from 'vitest';
import type { Output } from '../../notebook/document/nbformat.ts';
import { applyEvent, streamLimit } from '../../notebook/state/output-events.ts';
import type { CellEvent } from '../../notebook/worker/protocol.ts';

function outputsAfter(...events: CellEvent[]): Output[] {
  return events.reduce<Output[]>((outputs, event) => applyEvent(outputs, event, 3), []);
}

const print = (text: string, name: 'stdout' | 'stderr' = 'stdout'): CellEvent => ({
  type: 'stream',
  name,
  text,
});
const show = (text: string, displayId?: string): CellEvent => ({
  type: 'display',
  data: { 'text/plain': text },
  metadata: {},
  ...(displayId === undefined ? {} : { displayId }),
});

describe('outputs of a running cell', () => {
  it('merges neighbouring text of one stream only', () => {
    expect(
      outputsAfter(print('a'), print('b'), print('c', 'stderr'), show('d'), print('e', 'stderr')),
    ).toMatchObject([
      { name: 'stdout', text: 'ab' },
      { name: 'stderr', text: 'c' },
      { output_type: 'display_data' },
      { name: 'stderr', text: 'e' },
    ]);
  });

  it('replaces every display of an id in place, again and again, and no other', () => {
    const update = (text: string): CellEvent => ({
      type: 'update',
      displayId: 'one',
      data: { 'text/plain': text },
      metadata: {},
    });
    const outputs = outputsAfter(show('a', 'one'), show('b'), show('c', 'one'), update('x'), update('y'));
    expect(outputs.map((output) => 'data' in output && output.data['text/plain'])).toEqual(['y', 'b', 'y']);
    expect(applyEvent(outputs, { ...update('z'), displayId: 'two' } as CellEvent, 3)).toBe(outputs);
  });

  it('keeps the count with the result, and the words of an error', () => {
    const outputs = outputsAfter(
      { type: 'result', data: { 'text/plain': '1' }, metadata: {} },
      { type: 'error', name: 'TypeError', message: 'no', traceback: ['cell 1, line 2'], line: 2 },
    );
    expect(outputs).toEqual([
      { output_type: 'execute_result', execution_count: 3, data: { 'text/plain': '1' }, metadata: {} },
      // nbformat allows an error nothing else.
      { output_type: 'error', ename: 'TypeError', evalue: 'no', traceback: ['cell 1, line 2'] },
    ]);
  });

  it('leaves out the middle of endless text, says how much, and keeps both ends', () => {
    const pieces = Array.from({ length: 30 }, (_, index) => `<${index}>`.padEnd(streamLimit / 10, '.'));
    const [output] = outputsAfter(...pieces.map((piece) => print(piece)));
    const text = output?.output_type === 'stream' ? String(output.text) : '';
    expect(text.length).toBeLessThan(streamLimit * 1.1);
    expect(text).toContain('<0>');
    expect(text).toContain('<29>');
    const left = Number(/… (\d+) characters left out …/.exec(text)?.[1]);
    const kept = text.replace(/\n… \d+ characters left out …\n/, '').length;
    expect(left + kept).toBe(3 * streamLimit);
    expect(text.match(/left out/g)).toHaveLength(1);
  });
});
