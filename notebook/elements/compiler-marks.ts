/** Marks what the compiler said at its place in the text; a chunk of its own, fetched with the first message. */
import { type Diagnostic, forEachDiagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import type { EditorState, Text } from '@codemirror/state';
import { StateEffect } from '@codemirror/state';
import { EditorView, type ViewUpdate } from '@codemirror/view';
import type { CompilerMessage } from '../worker/kernels/protocol.ts';

const theme = EditorView.theme({
  '.cm-gutter-lint': { width: '14px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '3px 1px' },
  '.cm-lint-marker': { width: '11px', height: '11px' },
  '.cm-tooltip.cm-tooltip-lint': {
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--surface-raised)',
    boxShadow: 'var(--shadow)',
    overflow: 'hidden',
  },
  '.cm-diagnostic': {
    maxWidth: '36rem',
    padding: '6px 10px',
    color: 'var(--text)',
    font: 'var(--text-note) / 1.45 var(--font-text)',
    whiteSpace: 'pre-wrap',
  },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--danger)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--warning)' },
  '.cm-diagnostic-info': { borderLeft: '3px solid var(--accent)' },
  '.cm-lintRange-error': { backgroundColor: 'color-mix(in srgb, var(--danger) 14%, transparent)' },
});

const prepared = new WeakSet<EditorView>();

export function showMarks(view: EditorView, messages: readonly CompilerMessage[]): void {
  if (!prepared.has(view)) {
    prepared.add(view);
    const extensions = [lintGutter(), theme, EditorView.updateListener.of(clearEditedLines)];
    view.dispatch({ effects: StateEffect.appendConfig.of(extensions) });
  }
  view.dispatch(
    setDiagnostics(
      view.state,
      messages.map((message) => place(message, view.state.doc)),
    ),
  );
}

/** The characters that a message means; the whole line where it names no length. */
function place({ severity, line: number, column, length, message }: CompilerMessage, doc: Text): Diagnostic {
  const line = doc.line(Math.max(1, Math.min(number, doc.lines)));
  const start = Math.min(line.from + Math.max(0, column - 1), line.to);
  const indent = /^\s*/.exec(line.text)?.[0].length ?? 0;
  const from = column > 0 && start < line.to ? start : line.from + indent;
  const to = length > 0 ? Math.min(from + length, line.to) : line.to;
  return { from, to: Math.max(from, to), severity, message };
}

/** A line that was edited since says something else: what the compiler said of it is gone. */
function clearEditedLines({ docChanged, changes, state, view }: ViewUpdate): void {
  if (!docChanged) return;
  const edited: [first: number, last: number][] = [];
  changes.iterChangedRanges((_fromA, _toA, from, to) => {
    edited.push([state.doc.lineAt(from).number, state.doc.lineAt(to).number]);
  });
  const kept = diagnostics(state).filter(({ from, to }) => {
    const first = state.doc.lineAt(from).number;
    const last = state.doc.lineAt(to).number;
    return !edited.some(([start, end]) => start <= last && end >= first);
  });
  if (kept.length < diagnostics(state).length) view.dispatch(setDiagnostics(state, kept));
}

function diagnostics(state: EditorState): Diagnostic[] {
  const found: Diagnostic[] = [];
  forEachDiagnostic(state, (diagnostic, from, to) => found.push({ ...diagnostic, from, to }));
  return found;
}
