import { describe, expect, it } from 'vitest';
import { languageOf, withLanguage } from '../../notebook/document/cell-language.ts';
import {
  composeKernelCell,
  DirectiveError,
  glanceDirectives,
  readDirectives,
  retarget,
  withBody,
} from '../../notebook/document/kernel-directives.ts';
import type { NotebookDocument } from '../../notebook/document/nbformat.ts';
import { parseNotebook } from '../../notebook/document/parse.ts';
import { serializeNotebook } from '../../notebook/document/serialize.ts';
import { CellModel } from '../../notebook/state/cell-model.ts';
import { NotebookModel } from '../../notebook/state/notebook-model.ts';

const body = '@compute @workgroup_size(64)\nfn main() {}\n';

describe('directives of a WGSL cell', () => {
  it('are the comments above the code', () => {
    const source = `// program: model\n//kernel:  block13/pointwise \n\n// a remark: not ours\n// workgroups: 12, 4\n// expect: wrong\n// swap: when right\n${body}// lab: below the code\n`;
    expect(readDirectives(source)).toEqual({
      program: 'model',
      kernel: 'block13/pointwise',
      workgroups: [12, 4, 1],
      expect: 'wrong',
      swap: true,
    });
    expect(readDirectives(body)).toEqual({});
    expect(readDirectives('')).toEqual({});
    expect(readDirectives('// lab: scale')).toEqual({ lab: 'scale' });
  });

  it.each([
    ['// program: a\n// program: b', 2, /twice/],
    ['\n// kernel:', 2, /says nothing/],
    ['// workgroups: 0', 1, /whole numbers/],
    ['// workgroups: 1, 2, 3, 4', 1, /whole numbers/],
    ['// workgroups: 1,,3', 1, /whole numbers/],
    ['// workgroups: 1.5', 1, /whole numbers/],
    ['// expect: quick', 1, /right, wrong, invalid, endless/],
    ['// swap: always', 1, /when right/],
  ])('%j says at which line it is wrong', (source, line, message) => {
    const attempt = () => readDirectives(source);
    expect(attempt).toThrow(DirectiveError);
    expect(attempt).toThrow(message);
    expect(() => attempt()).toThrow(expect.objectContaining({ line }));
  });

  it('are glanced at while they are being typed', () => {
    expect(glanceDirectives('// program: model\n// kernel: a\n// workgroups: 1,')).toEqual({
      program: 'model',
      kernel: 'a',
    });
    expect(glanceDirectives('// program:\n// kernel: a')).toEqual({ kernel: 'a' });
  });

  it('stay when the code below them is exchanged', () => {
    const source = composeKernelCell('model', 'conv1', body);
    expect(readDirectives(source)).toEqual({ program: 'model', kernel: 'conv1' });
    expect(source.endsWith(`\n\n${body}`)).toBe(true);
    expect(withBody('// program: model\n// expect: wrong\n// more\nold', 'fn new_() {}')).toBe(
      '// program: model\n// expect: wrong\n\nfn new_() {}\n',
    );
    expect(withBody('old', 'fn new_() {}')).toBe('fn new_() {}\n');
    expect(withBody(source, body)).toBe(source);
  });

  it('are replaced by those for another kernel', () => {
    expect(retarget(`// lab: x\n// expect: wrong\n${body}`, 'head', 'dense1')).toBe(
      `// program: head\n// kernel: dense1\n// expect: wrong\n${body}`,
    );
  });
});

describe('the language of a cell', () => {
  it('is marked as VS Code marks it, and other metadata stays', () => {
    const metadata = { tags: ['slow'], vscode: { other: 1 } };
    const marked = withLanguage(metadata, 'wgsl');
    expect(marked).toEqual({ tags: ['slow'], vscode: { other: 1, languageId: 'wgsl' } });
    expect(languageOf(marked)).toBe('wgsl');
    expect(withLanguage(marked, 'typescript')).toEqual(metadata);
    expect(withLanguage(withLanguage({}, 'wgsl'), 'typescript')).toEqual({});
    for (const other of [{}, { vscode: null }, { vscode: ['wgsl'] }, { vscode: { languageId: 'python' } }]) {
      expect(languageOf(other)).toBe('typescript');
    }
  });

  it('survives a file', () => {
    const model = new NotebookModel();
    const document: NotebookDocument = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [CellModel.wgsl(composeKernelCell('model', 'conv1', body)).toCell()],
    };
    const text = serializeNotebook(document);
    expect(JSON.parse(text).cells[0]).toMatchObject({
      cell_type: 'code',
      metadata: { vscode: { languageId: 'wgsl' } },
      source: expect.arrayContaining(['// program: model\n', '// kernel: conv1\n']),
    });
    model.load(parseNotebook(text), 'test');
    expect(model.cells[0]).toMatchObject({ kind: 'wgsl', type: 'code', language: 'wgsl' });
    expect(serializeNotebook(model.toDocument())).toBe(text);
  });

  it('is changed with the kind of the cell', () => {
    const model = new NotebookModel();
    model.load({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] }, 'test');
    model.setSelectedKind('wgsl');
    expect(model.selected?.toCell()).toMatchObject({
      cell_type: 'code',
      metadata: { vscode: { languageId: 'wgsl' } },
    });
    model.setSelectedKind('markdown');
    expect(model.selected?.toCell()).toMatchObject({ cell_type: 'markdown', metadata: {} });
    model.setSelectedKind('wgsl');
    model.setSelectedKind('code');
    expect(model.selected?.toCell()).toMatchObject({ cell_type: 'code', metadata: {} });
  });
});
