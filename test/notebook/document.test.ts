import { describe, expect, it } from 'vitest';
import { joinLines, splitLines } from '../../notebook/document/multiline.ts';
import type { JsonValue, NotebookDocument } from '../../notebook/document/nbformat.ts';
import { NotebookFormatError, parseNotebook } from '../../notebook/document/parse.ts';
import { serializeNotebook } from '../../notebook/document/serialize.ts';

// As `nbformat.write` of Jupyter's nbformat 5 writes it.
const written = `{
 "cells": [
  {
   "attachments": {
    "a.png": {
     "image/png": "iVBORw0="
    }
   },
   "cell_type": "markdown",
   "id": "intro",
   "metadata": {},
   "source": [
    "# Title\\n",
    "\\n",
    "Größe ≤ 5 “quoted”\\n"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 3,
   "id": "0a1b2c3d",
   "metadata": {
    "editable": false,
    "tool": {
     "10": 1,
     "2": [
      []
     ]
    }
   },
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "one\\n",
      "two"
     ]
    },
    {
     "data": {
      "application/json": [
       "a",
       "b"
      ],
      "image/png": "iVBORw0=",
      "text/html": [
       "<b>\\n",
       "1</b>"
      ],
      "text/plain": [
       "1"
      ]
     },
     "execution_count": 3,
     "metadata": {},
     "output_type": "execute_result"
    },
    {
     "ename": "TypeError",
     "evalue": "no",
     "output_type": "error",
     "traceback": [
      "cell 1, line 2",
      "TypeError: no"
     ]
    }
   ],
   "source": []
  },
  {
   "cell_type": "raw",
   "id": "raw",
   "metadata": {},
   "source": [
    "as is"
   ]
  }
 ],
 "metadata": {
  "language_info": {
   "name": "typescript"
  },
  "other tool": {
   "kept": null
  }
 },
 "nbformat": 4,
 "nbformat_minor": 5
}
`;

function notebook(fields: Record<string, unknown> = {}): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [], ...fields });
}

function failure(text: string): string {
  try {
    parseNotebook(text, 'a.ipynb');
  } catch (error) {
    expect(error).toBeInstanceOf(NotebookFormatError);
    return (error as Error).message;
  }
  throw new Error('it was read');
}

describe('round trip', () => {
  it('gives the same bytes as Jupyter wrote', () => {
    expect(serializeNotebook(parseNotebook(written))).toBe(written);
  });

  it('gives the same document', () => {
    const document = parseNotebook(written);
    expect(parseNotebook(serializeNotebook(document))).toEqual(document);
  });

  it('joins texts and leaves JSON alone', () => {
    const [markdown, code] = parseNotebook(written).cells;
    expect(markdown?.source).toBe('# Title\n\nGröße ≤ 5 “quoted”\n');
    const outputs = code?.cell_type === 'code' ? code.outputs : [];
    expect(outputs[0]).toEqual({ output_type: 'stream', name: 'stdout', text: 'one\ntwo' });
    expect(outputs[1]).toMatchObject({
      data: { 'application/json': ['a', 'b'], 'text/html': '<b>\n1</b>', 'text/plain': '1' },
    });
  });

  it('writes what a program made, with texts in either form', () => {
    const document: NotebookDocument = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [{ cell_type: 'raw', id: 'a', metadata: {}, source: ['a\nb\n', 'c'] }],
    };
    const { cells } = JSON.parse(serializeNotebook(document)) as { cells: JsonValue[] };
    expect(cells).toEqual([{ cell_type: 'raw', id: 'a', metadata: {}, source: ['a\n', 'b\n', 'c'] }]);
  });

  it('writes numbers as Python does', () => {
    const metadata = { a: [0.0000031489533800275698, -1e-5, 0.00012, 0, 1e-12, 3, 0.1] };
    const text = serializeNotebook({ nbformat: 4, nbformat_minor: 5, metadata, cells: [] });
    expect(text.match(/[-\d.e]+(?=,?\n {3})/g)?.slice(0, 6)).toEqual([
      '3.1489533800275698e-06',
      '-1e-05',
      '0.00012',
      '0',
      '1e-12',
      '3',
    ]);
    expect(JSON.parse(text)).toMatchObject({ metadata });
  });

  it.each(['', '\n', 'a', 'a\n', '\n\na', 'a\r\nb\rc', 'a\u2028b', '\f'])('lines of %j', (text) => {
    expect(joinLines(splitLines(text))).toBe(text);
  });
});

describe('older files', () => {
  it('get cell ids and version 4.5', () => {
    const cell = { cell_type: 'code', metadata: {}, source: 'a', outputs: [], execution_count: null };
    const document = parseNotebook(notebook({ nbformat_minor: 2, cells: [cell, cell] }));
    const [first, second] = document.cells;
    expect(document.nbformat_minor).toBe(5);
    expect(first?.id).toMatch(/^[0-9a-f]{8}$/);
    expect(second?.id).not.toBe(first?.id);
  });

  it.each([['bad id'], [7], [''], ['x'.repeat(65)]])('get an id in place of %j', (id) => {
    const cells = [{ cell_type: 'raw', metadata: {}, source: '', id }];
    expect(parseNotebook(notebook({ cells })).cells[0]?.id).toMatch(/^[0-9a-f]{8}$/);
  });

  it('get a new id for the second cell of two with the same', () => {
    const cell = { cell_type: 'raw', metadata: {}, source: '', id: 'same' };
    const [first, second] = parseNotebook(notebook({ cells: [cell, cell] })).cells;
    expect(first?.id).toBe('same');
    expect(second?.id).not.toBe('same');
  });

  it('may begin with a byte order mark', () => {
    expect(parseNotebook(`\uFEFF${notebook()}`).cells).toEqual([]);
  });
});

describe('files that cannot be read', () => {
  const cell = (fields: object) => notebook({ cells: [{ cell_type: 'code', source: '', ...fields }] });
  it.each<[string, string, RegExp]>([
    ['empty', ' \n', /a\.ipynb is not a notebook: the file is empty/],
    ['no JSON', 'hello', /a\.ipynb is not a notebook: it is not valid JSON/],
    ['cut off', notebook().slice(0, -5), /not valid JSON/],
    ['a list', '[]', /not an object/],
    ['other JSON', '{"a": 1}', /no "nbformat"/],
    ['nbformat 5', notebook({ nbformat: 5 }), /made by a newer version of Jupyter \(nbformat 5\)/],
    ['nbformat 3', notebook({ nbformat: 3 }), /old format nbformat 3: convert it with `jupyter nbconvert/],
    ['no cells', '{"nbformat": 4}', /"cells" is missing/],
    ['a cell that is null', notebook({ cells: [null] }), /a\.ipynb, cell 1: a cell must be an object/],
    ['a cell without source', cell({ source: null }), /cell 1: its "source" must be/],
    ['a cell of another type', cell({ cell_type: 'video' }), /cell 1: its "cell_type" is "video"/],
    ['outputs that are no list', cell({ outputs: {} }), /cell 1: its "outputs" must be a list/],
    ['an output that is a string', cell({ outputs: ['a'] }), /cell 1, output 1: an output must be an object/],
    [
      'an output of another type',
      cell({ outputs: [{ output_type: 'pyout' }] }),
      /output 1: its "output_type" is "pyout"/,
    ],
    ['a stream without text', cell({ outputs: [{ output_type: 'stream' }] }), /output 1: its "text"/],
    ['a display without data', cell({ outputs: [{ output_type: 'display_data' }] }), /output 1: its "data"/],
  ])('%s', (_, text, message) => {
    expect(failure(text)).toMatch(message);
  });
});
