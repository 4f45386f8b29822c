import type { ImportDeclaration } from 'acorn';
import { CellSyntaxError, lineAt } from './syntax-error.ts';

/** One name that an import statement makes: `[exported, local]`; exported is `*` for the whole module. */
export type ImportBinding = readonly [exported: string, local: string];

export interface CellImport {
  specifier: string;
  bindings: ImportBinding[];
  /** 1-based line of the statement. */
  line: number;
}

/** Reads one import statement of a cell. */
export function readImport(statement: ImportDeclaration, code: string): CellImport {
  const line = lineAt(code, statement.start);
  if (statement.attributes?.length) {
    throw new CellSyntaxError('import attributes (`with { … }`) do not work in a cell; use fetch', line);
  }
  return {
    specifier: String(statement.source.value),
    bindings: statement.specifiers.map((specifier): ImportBinding => {
      if (specifier.type === 'ImportNamespaceSpecifier') {
        return ['*', specifier.local.name];
      }
      if (specifier.type === 'ImportDefaultSpecifier') {
        return ['default', specifier.local.name];
      }
      const { imported } = specifier;
      return [imported.type === 'Identifier' ? imported.name : String(imported.value), specifier.local.name];
    }),
    line,
  };
}
