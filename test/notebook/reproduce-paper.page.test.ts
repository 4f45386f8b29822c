/** The shipped reproduction of the paper, with fewer steps: every cell runs, and the same seed gives the same numbers. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import type { CodeCell, NotebookDocument } from '../../notebook/document/nbformat.ts';
import { parseNotebook } from '../../notebook/document/parse.ts';
import { runInPage } from '../../notebook/execute/page.ts';

const path = fileURLToPath(new URL('../../notebook/shipped/reproduce-paper.ipynb', import.meta.url));

/** What is changed so that it ends in a minute. */
const shorter: readonly (readonly [string, string])[] = [
  ['const seeds = [1, 2, 3];', 'const seeds = [1, 2];'],
  ['const steps = 100;', 'const steps = 2;'],
  ['const stepsPerEpoch = Math.floor(examples.train.length / batchSize);', 'const stepsPerEpoch = 2;'],
  ['epochs: 3,', 'epochs: 1,'],
  ['epochs: 2,', 'epochs: 1,'],
  ['steps: 600', 'steps: 2'],
];

/** Trains a head again, in the same session. */
const again = `const twice = await trainHead('two-attention-gated', 1, datasets.get(1));
const first = runs.find(({ kind, seed }) => kind === 'two-attention-gated' && seed === 1);
console.log(twice.losses.length === 2 && String(twice.scores) === String(first.scores) ? 'the same bits' : 'other bits');`;

function shortened(): NotebookDocument {
  const document = parseNotebook(readFileSync(path, 'utf8'), 'reproduce-paper.ipynb');
  for (const [from, to] of shorter) {
    const cell = document.cells.find(({ source }) => String(source).includes(from));
    expect(cell, from).toBeDefined();
    cell!.source = String(cell!.source).replace(from, to);
  }
  const added: CodeCell = {
    cell_type: 'code',
    id: 'again',
    metadata: {},
    source: again,
    outputs: [],
    execution_count: null,
  };
  return { ...document, cells: [...document.cells, added] };
}

function textOf({ outputs }: CodeCell): string {
  return outputs
    .map((output) =>
      'text' in output ? String(output.text) : 'data' in output ? String(output.data['text/plain']) : '',
    )
    .join('\n');
}

it('runs from start to end, says what it runs on, and repeats to the last bit', async () => {
  const texts: string[] = [];
  const { ok, document } = await runInPage({
    site: inject('site'),
    name: 'reproduce-paper',
    document: shortened(),
    backend: 'webgpu',
    onEngine: () => {},
    onEvent: ({ text }) => texts.push(text),
    onPageError: (message) => texts.push(message),
  });
  expect(ok, texts.slice(-5).join('\n')).toBe(true);
  const cell = (id: string) => textOf(document.cells.find((one) => one.id === id) as CodeCell);
  expect(cell('data')).toContain('which photo stands for which purchase is not real');
  // Four aggregations and three baselines at four k, with the published numbers beside.
  expect(cell('results').match(/^ *(5|10|15|20) /gm)).toHaveLength(28);
  expect(cell('results')).toContain('0.864');
  expect(cell('order')).toMatch(/The order of the paper (holds|does not hold) on this data/);
  expect(cell('synthetic')).toContain('synthetic: share of clutter');
  expect(cell('again')).toContain('the same bits');
});
