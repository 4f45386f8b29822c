import { describe, expect, it } from 'vitest';
import { newCellId } from '../../notebook/document/cell-id.ts';
import type { NotebookDocument } from '../../notebook/document/nbformat.ts';
import { contentOf, isOutdated } from '../../notebook/state/shipped-version.ts';

function documentOf(...sources: string[]): NotebookDocument {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: sources.map((source) => ({
      cell_type: 'code',
      id: newCellId(),
      metadata: {},
      source,
      outputs: [{ output_type: 'stream', name: 'stdout', text: newCellId() }],
      execution_count: 1,
    })),
  };
}

describe('a shipped notebook that was opened before', () => {
  const original = contentOf(documentOf('1', '2'));

  it.each<[string, NotebookDocument, NotebookDocument, boolean]>([
    ['gives way to a new version when it was only run', documentOf('1', '2'), documentOf('1', '3'), true],
    ['stays when nothing new is shipped', documentOf('1', '2'), documentOf('1', '2'), false],
    ['stays when a cell was changed', documentOf('1', 'mine'), documentOf('1', '3'), false],
    ['stays when a cell was added', documentOf('1', '2', 'mine'), documentOf('1', '3'), false],
  ])('%s', (_, document, shipped, outdated) => {
    expect(isOutdated({ document, original }, shipped)).toBe(outdated);
  });

  it('stays when nobody knows how it began', () => {
    expect(isOutdated({ document: documentOf('1') }, documentOf('2'))).toBe(false);
  });
});
