/** Shows how a text differs from its original; a chunk of its own, fetched when first asked for. */
import { unifiedMergeView } from '@codemirror/merge';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

const theme = EditorView.theme({
  '&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': {
    backgroundColor: 'color-mix(in srgb, var(--success) 10%, transparent)',
  },
  '&.cm-merge-b .cm-changedText': { background: 'color-mix(in srgb, var(--success) 28%, transparent)' },
  '.cm-deletedChunk': {
    paddingLeft: '12px',
    backgroundColor: 'color-mix(in srgb, var(--danger) 10%, transparent)',
    color: 'var(--text-muted)',
  },
  '.cm-deletedChunk .cm-deletedText': { background: 'color-mix(in srgb, var(--danger) 24%, transparent)' },
  '.cm-changeGutter': { width: '3px', paddingLeft: '1px' },
  '&.cm-merge-b .cm-changedLineGutter, &.cm-merge-b .cm-inlineChangedLineGutter': {
    background: 'var(--success)',
  },
  '&.cm-merge-b .cm-deletedLineGutter': { background: 'var(--danger)' },
  '&.cm-editor .cm-collapsedLines': {
    padding: '2px 12px',
    background: 'var(--surface-hover)',
    color: 'var(--text-muted)',
    font: 'var(--text-small) / 1.5 var(--font-text)',
  },
  // Glyphs that few fonts have.
  '&.cm-editor .cm-collapsedLines::before, &.cm-editor .cm-collapsedLines::after': { content: '"⋯"' },
});

export function differenceFrom(original: string): Extension {
  return [
    unifiedMergeView({
      original,
      mergeControls: false,
      gutter: true,
      allowInlineDiffs: true,
      collapseUnchanged: { margin: 3, minSize: 6 },
    }),
    theme,
  ];
}
