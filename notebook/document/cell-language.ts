/**
 * The language of a code cell. nbformat has one language for a whole document; cells of another are marked as VS Code
 * marks them (`metadata.vscode.languageId`), which Jupyter keeps and GitHub ignores.
 */
import type { JsonObject } from './nbformat.ts';

export type CellLanguage = 'typescript' | 'wgsl';

/** The language that a code cell's metadata names; TypeScript where it names none that Warpbook runs. */
export function languageOf(metadata: JsonObject): CellLanguage {
  return vscodeOf(metadata).languageId === 'wgsl' ? 'wgsl' : 'typescript';
}

/** The metadata of a cell after its language was changed; everything else in it is kept. */
export function withLanguage(metadata: JsonObject, language: CellLanguage): JsonObject {
  const { vscode: _given, ...others } = metadata;
  const { languageId: _previous, ...kept } = vscodeOf(metadata);
  const vscode = language === 'wgsl' ? { ...kept, languageId: 'wgsl' } : kept;
  return Object.keys(vscode).length > 0 ? { ...others, vscode } : others;
}

function vscodeOf({ vscode }: JsonObject): JsonObject {
  return typeof vscode === 'object' && vscode !== null && !Array.isArray(vscode) ? vscode : {};
}
