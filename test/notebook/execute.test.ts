import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOrder } from '../../notebook/execute/arguments.ts';
import { Report, type TextEvent } from '../../notebook/execute/report.ts';

const empty = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'warpbook-execute-'));
  writeFileSync(join(folder, 'mine.ipynb'), empty);
  writeFileSync(join(folder, 'broken.ipynb'), '{"cells": [');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the command line', () => {
  it('takes a shipped notebook by its name', () => {
    const order = readOrder(['quickstart'], folder);
    expect(order).toMatchObject({ name: 'quickstart', backend: 'webgpu', out: undefined });
    expect(order?.document.cells.length).toBeGreaterThan(5);
  });

  it('takes a path, from where the person is', () => {
    expect(readOrder(['mine.ipynb', '--reference', '--out', 'out.ipynb'], folder)).toMatchObject({
      name: 'mine',
      backend: 'reference',
      out: join(folder, 'out.ipynb'),
    });
    expect(readOrder([join(folder, 'mine.ipynb')], '/')).toMatchObject({ name: 'mine' });
  });

  it('shows how it is used', () => {
    expect(readOrder(['--help'], folder)).toBeUndefined();
  });

  it.each<[string, string[], RegExp]>([
    ['nothing', [], /Name one notebook/],
    ['two notebooks', ['quickstart', 'mine.ipynb'], /Name one notebook/],
    [
      'a name that is not shipped',
      ['slowstart'],
      /No notebook "slowstart" comes with Warpbook \(there is .*quickstart/,
    ],
    ['a file that is not there', ['gone.ipynb'], /There is no file .*gone\.ipynb/],
    ['a folder', ['./'], /is a folder: name an \.ipynb file/],
    ['a broken file', ['broken.ipynb'], /broken\.ipynb is not a notebook: it is not valid JSON/],
    ['an unknown option', ['quickstart', '--fast'], /--fast/],
    [
      'an output folder that is not there',
      ['mine.ipynb', '--out', 'gone/out.ipynb'],
      /--out: there is no folder .*gone/,
    ],
    ['an output that is a folder', ['mine.ipynb', '--out', '.'], /--out: .* is a folder/],
  ])('refuses %s', (_, commandLine, message) => {
    expect(() => readOrder(commandLine, folder)).toThrow(message);
  });
});

describe('the report', () => {
  function print(events: TextEvent[], isTTY = false): string {
    let text = '';
    const headings = new Map([
      ['a', '[cell 1] first'],
      ['b', '[cell 2] second'],
    ]);
    const report = new Report({ write: (piece) => (text += piece), isTTY }, headings);
    for (const event of events) {
      report.show(event);
    }
    report.finish();
    return text;
  }

  it('puts outputs under headings', () => {
    const text = print([
      { cellId: 'a', type: 'stream', text: 'one\ntw' },
      { cellId: 'a', type: 'stream', text: 'o' },
      { cellId: 'a', type: 'result', text: '3' },
      { cellId: 'b', type: 'stream', text: 'four' },
      { cellId: 'b', type: 'error', text: 'cell 2, line 1\nError: no' },
    ]);
    expect(text).toBe('\n[cell 1] first\none\ntwo\n3\n\n[cell 2] second\nfour\ncell 2, line 1\nError: no\n');
  });

  const bar: TextEvent[] = [
    { cellId: 'a', type: 'display', text: 'Work: 0 of 2', done: 0 },
    { cellId: 'a', type: 'update', text: 'Work: 1 of 2', done: 0.5 },
    { cellId: 'a', type: 'update', text: 'Work: 2 of 2', done: 1 },
    { cellId: 'a', type: 'stream', text: 'after\n' },
  ];

  it('prints a bar once where lines stay', () => {
    expect(print(bar)).toBe('\n[cell 1] first\nWork: 2 of 2\nafter\n');
  });

  it('moves it where lines can be replaced', () => {
    const text = print(bar, true);
    expect(text.split('\r\x1b[K')).toEqual([
      '\n[cell 1] first\n',
      'Work: 0 of 2',
      'Work: 1 of 2',
      'Work: 2 of 2\nafter\n',
    ]);
  });

  it('ends the line of a bar that stopped half way', () => {
    expect(print([...bar.slice(0, 2), { cellId: 'a', type: 'error', text: 'Error' }], true)).toMatch(
      /1 of 2\nError\n$/,
    );
  });
});
