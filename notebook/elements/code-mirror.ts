/** CodeMirror as Warpbook uses it: a chunk of its own, fetched with the first cell that needs an editor. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import { markdown } from '@codemirror/lang-markdown';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { CompilerMessage } from '../worker/kernels/protocol.ts';
import { wgsl } from './wgsl-language.ts';

export type Language = 'typescript' | 'wgsl' | 'markdown' | 'plain';

export interface EditorOptions {
  parent: HTMLElement;
  root: ShadowRoot;
  text: string;
  language: Language;
  label: string;
  onChange(text: string): void;
}

/** Colours are tokens, so that light and dark need no other editor. */
const highlighting = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.modifier, tags.controlKeyword, tags.operatorKeyword],
    color: 'var(--syntax-keyword)',
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--syntax-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--syntax-number)' },
  { tag: tags.docComment, color: 'var(--syntax-comment)', fontWeight: '600' },
  { tag: tags.attributeName, color: 'var(--syntax-function)' },
  { tag: [tags.comment, tags.meta], color: 'var(--syntax-comment)', fontStyle: 'italic' },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName), tags.labelName],
    color: 'var(--syntax-function)',
  },
  { tag: [tags.typeName, tags.className, tags.namespace, tags.self], color: 'var(--syntax-type)' },
  { tag: [tags.propertyName], color: 'var(--syntax-property)' },
  { tag: [tags.operator, tags.punctuation, tags.bracket], color: 'var(--syntax-operator)' },
  { tag: tags.heading, fontWeight: '650' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strong, fontWeight: '650' },
  { tag: [tags.link, tags.url], color: 'var(--accent)' },
  { tag: tags.monospace, color: 'var(--syntax-string)' },
]);

const theme = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'transparent', fontSize: 'var(--text-code)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.55', overflowX: 'auto' },
  '.cm-content': { padding: '10px 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 12px' },
  '.cm-gutters': {
    backgroundColor: 'transparent',
    color: 'var(--text-faint)',
    border: 'none',
    paddingLeft: '4px',
    userSelect: 'none',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '24px', padding: '0 2px 0 4px' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'var(--selection)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--selection)', outline: 'none' },
});

/** Generated kernels have hundreds of lines: their editor scrolls, so that the verdict below it stays in reach. */
const scrolling = EditorView.theme({
  '&': { maxHeight: 'min(60vh, 36rem)' },
  '.cm-scroller': { overflow: 'auto' },
  '.cm-gutters': { backgroundColor: 'inherit' },
});

export class Editor {
  readonly #view: EditorView;
  readonly #difference = new Compartment();

  constructor(options: EditorOptions) {
    const { parent, root, text, language, label, onChange } = options;
    const extensions: Extension[] = [
      history(),
      drawSelection(),
      highlightSpecialChars(),
      indentOnInput(),
      bracketMatching(),
      indentUnit.of('  '),
      EditorState.tabSize.of(2),
      this.#difference.of([]),
      keymap.of([indentWithTab, ...defaultKeymap, ...historyKeymap]),
      syntaxHighlighting(highlighting),
      theme,
      EditorView.contentAttributes.of({
        'aria-label': label,
        // Enter leads into the editor, where Tab indents: from a selected cell, Tab goes on to its output.
        tabindex: '-1',
        autocapitalize: 'off',
        spellcheck: language === 'markdown' ? 'true' : 'false',
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onChange(update.state.doc.toString());
      }),
    ];
    if (language === 'typescript') extensions.push(javascript({ typescript: true }), lineNumbers());
    else if (language === 'wgsl') extensions.push(wgsl, lineNumbers(), scrolling);
    else extensions.push(EditorView.lineWrapping);
    if (language === 'markdown') extensions.push(markdown());
    this.#view = new EditorView({ parent, root, state: EditorState.create({ doc: text, extensions }) });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  set text(text: string) {
    if (text === this.text) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  /** Marks lines with what the compiler said of them; what was marked before is not any more. */
  async mark(messages: readonly CompilerMessage[]): Promise<void> {
    const { showMarks } = await import('./compiler-marks.ts');
    showMarks(this.#view, messages);
  }

  /** Shows how the text differs from `original`; undefined shows the text alone. */
  async compare(original: string | undefined): Promise<void> {
    const extension =
      original === undefined ? [] : (await import('./text-difference.ts')).differenceFrom(original);
    this.#view.dispatch({ effects: this.#difference.reconfigure(extension) });
  }

  /** Puts the cursor at a place (`line` from 1), or leaves it where it is. */
  focus(place?: 'start' | 'end' | { line: number }): void {
    const { doc } = this.#view.state;
    if (place !== undefined) {
      const line =
        typeof place === 'object' ? doc.line(Math.max(1, Math.min(place.line, doc.lines))) : undefined;
      const anchor = place === 'start' ? 0 : line ? line.from : doc.length;
      this.#view.dispatch({ selection: line ? { anchor, head: line.to } : { anchor }, scrollIntoView: true });
    }
    this.#view.focus();
  }

  /** Whether an arrow key would leave the text: the cursor stands in the first line (up) or the last (down). */
  atEdge(direction: 'up' | 'down'): boolean {
    const { doc, selection } = this.#view.state;
    if (!selection.main.empty) return false;
    const line = doc.lineAt(selection.main.head).number;
    return direction === 'up' ? line === 1 : line === doc.lines;
  }
}
