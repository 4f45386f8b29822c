import { css, html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { controls } from '../styles/controls.ts';
import type { CompilerMessage } from '../worker/kernels/protocol.ts';
import type { Editor, Language } from './code-mirror.ts';

/** How far outside the window a cell already gets its editor. */
const nearby = '600px 0px';

/** The source of a cell: plain text at first, an editor once it comes near the window or is focused. */
@customElement('warp-editor')
export class WarpEditor extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      pre {
        margin: 0;
        padding: 10px 12px 10px 46px;
        overflow-x: auto;
        font: var(--text-code) / 1.55 var(--font-code);
        tab-size: 2;
        color: var(--text);
      }
      pre.unnumbered {
        padding-left: 12px;
        white-space: pre-wrap;
      }
      .cm-editor {
        min-width: 0;
      }
    `,
  ];

  @property() text = '';
  @property() language: Language = 'typescript';
  @property() label = 'Source';
  /** Marked at their lines until those are edited. */
  @property({ attribute: false }) messages: readonly CompilerMessage[] = [];
  /** A text to compare with; the differences are shown while there is one. */
  @property({ attribute: false }) original: string | undefined;
  /** Called with the new text after each change by the person. */
  @property({ attribute: false }) onEdit: (text: string) => void = () => {};
  @state() private editor: Editor | undefined;
  @query('.editor') private container!: HTMLElement;
  #creating: Promise<Editor> | undefined;
  /** The editor that was told of messages and original. */
  #told: Editor | undefined;
  #observer: IntersectionObserver | undefined;

  override connectedCallback() {
    super.connectedCallback();
    if (this.editor) return;
    this.#observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) void this.create();
      },
      { rootMargin: nearby },
    );
    this.#observer.observe(this);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  override render() {
    const numbered = this.language === 'typescript' || this.language === 'wgsl';
    return html`<div class="editor" ?hidden=${!this.editor}></div>
      ${this.editor ? nothing : html`<pre class=${numbered ? '' : 'unnumbered'}>${this.text || ' '}</pre>`}`;
  }

  override updated(changes: PropertyValues<this>) {
    const { editor } = this;
    if (!editor) return;
    if (changes.has('text')) editor.text = this.text;
    const created = this.#told !== editor;
    this.#told = editor;
    // Both are fetched when first needed: most cells never need them.
    const marked = (changes.get('messages') ?? []).length > 0;
    if (this.messages.length > 0 ? created || changes.has('messages') : marked) {
      void editor.mark(this.messages);
    }
    if (created ? this.original !== undefined : changes.has('original')) void editor.compare(this.original);
  }

  /** Resolves once the person can type, with the cursor in the text. */
  async focusText(place?: 'start' | 'end' | { line: number }): Promise<void> {
    const editor = await this.create();
    await this.updateComplete;
    editor.focus(place);
  }

  atEdge(direction: 'up' | 'down'): boolean {
    return this.editor?.atEdge(direction) ?? false;
  }

  private create(): Promise<Editor> {
    this.#creating ??= this.createOnce();
    return this.#creating;
  }

  private async createOnce(): Promise<Editor> {
    this.#observer?.disconnect();
    const [{ Editor: EditorClass }] = await Promise.all([import('./code-mirror.ts'), this.updateComplete]);
    const editor = new EditorClass({
      parent: this.container,
      root: this.renderRoot as ShadowRoot,
      text: this.text,
      language: this.language,
      label: this.label,
      onChange: (text) => {
        if (text === this.text) return;
        this.text = text;
        this.onEdit(text);
      },
    });
    this.editor = editor;
    return editor;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-editor': WarpEditor;
  }
}
