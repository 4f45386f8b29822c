import { ensureSyntaxTree, getIndentation, language } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import { describe, expect, it } from 'vitest';
import { wgsl } from '../../notebook/elements/wgsl-language.ts';

const classes = tagHighlighter([
  { tag: tags.keyword, class: 'keyword' },
  { tag: tags.typeName, class: 'type' },
  { tag: tags.number, class: 'number' },
  { tag: tags.bool, class: 'bool' },
  { tag: tags.comment, class: 'comment' },
  { tag: tags.docComment, class: 'directive' },
  { tag: tags.attributeName, class: 'attribute' },
  { tag: tags.function(tags.variableName), class: 'function' },
  { tag: tags.modifier, class: 'modifier' },
  { tag: tags.propertyName, class: 'property' },
]);

/** Words of a text with their class, `keyword:fn`; what has none is left out. */
function highlighted(text: string): string[] {
  const state = EditorState.create({ doc: text, extensions: [wgsl] });
  const tree = ensureSyntaxTree(state, text.length, 5_000)!;
  const found: string[] = [];
  highlightTree(tree, classes, (from, to, name) => found.push(`${name}:${text.slice(from, to)}`));
  return found;
}

describe('WGSL in the editor', () => {
  it('tells words, types, numbers and comments apart', () => {
    expect(highlighted('@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>, 16>;')).toEqual([
      'attribute:@group',
      'number:0',
      'attribute:@binding',
      'number:1',
      'keyword:var',
      'modifier:storage',
      'modifier:read_write',
      'type:array',
      'type:vec4',
      'type:f32',
      'number:16',
    ]);
    expect(highlighted('fn gelu(x: f32) -> f32 { return x * tanh(0x1p-3f + 1e-5 + .5h + 3u); }')).toEqual([
      'keyword:fn',
      'function:gelu',
      'type:f32',
      'type:f32',
      'keyword:return',
      'function:tanh',
      'number:0x1p-3f',
      'number:1e-5',
      'number:.5h',
      'number:3u',
    ]);
    expect(highlighted('let storage = a.read + select(1, 2, true);')).toEqual([
      'keyword:let',
      'property:read',
      'function:select',
      'number:1',
      'number:2',
      'bool:true',
    ]);
  });

  it('nests block comments, over lines', () => {
    expect(highlighted('/* a /* b\n */ still */ if')).toEqual([
      'comment:/* a /* b',
      'comment: */ still */',
      'keyword:if',
    ]);
  });

  it('shows what Warpbook reads', () => {
    expect(highlighted('// program: model\n// plain: remark')).toEqual([
      'directive:// program: model',
      'comment:// plain: remark',
    ]);
  });

  it('comments lines out and indents blocks', () => {
    const state = EditorState.create({ doc: 'fn main() {\n\n}', extensions: [wgsl] });
    expect(state.facet(language)).toBe(wgsl);
    expect(state.languageDataAt('commentTokens', 0)).toEqual([
      { line: '//', block: { open: '/*', close: '*/' } },
    ]);
    ensureSyntaxTree(state, state.doc.length, 5_000);
    expect(getIndentation(state, state.doc.line(2).from)).toBe(2);
    expect(getIndentation(state, state.doc.line(3).from)).toBe(0);
  });
});
