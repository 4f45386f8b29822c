/**
 * Turns a cell's TypeScript into an async function whose top-level names outlive it.
 *
 * Every name that no scope inside the cell binds becomes a property of one object, the notebook's scope: names that
 * the cell declares, names from earlier cells, and globals, to which the scope object falls back. So a cell can
 * declare `const performance = 3` and run twice, and nothing outside the cells ever sees it. Each token stays on its
 * line, so stack traces need no source map.
 */
import type { AnyNode, ExpressionStatement, Program, VariableDeclaration } from 'acorn';
import MagicString from 'magic-string';
import { children, isFunction, lexicalNames, patternNames, variableNames } from './transform/declarations.ts';
import { type CellImport, readImport } from './transform/imports.ts';
import { rewriteClass, rewriteDeclaration, rewriteReferences } from './transform/rewrite.ts';
import { stripTypes } from './transform/strip-types.ts';
import { CellSyntaxError, lineAt } from './transform/syntax-error.ts';

export { CellSyntaxError } from './transform/syntax-error.ts';

export interface TransformOptions {
  /** Name of the script in stack traces. */
  sourceUrl: string;
  /** Whether an earlier cell made a variable of this name. */
  isVariable?: (name: string) => boolean;
}

export interface TransformedCell {
  /**
   * A JavaScript expression: an async function of (scope object, `CellServices`) whose value is that of the cell's last
   * expression statement, else undefined.
   */
  code: string;
  /** Names that the cell declares for itself and later cells. */
  declared: string[];
}

/** What a running cell may ask for besides its variables. */
export interface CellServices {
  /** Resolves to a module's namespace: `import('…')` in a cell. */
  import(specifier: string): Promise<object>;
  /** Resolves when the names of an import statement are in scope. */
  bind(imported: CellImport): Promise<void>;
}

/**
 * @param source TypeScript.
 * @throws CellSyntaxError with a 1-based line.
 */
export function transformCell(source: string, options: TransformOptions): TransformedCell {
  const { code, program } = stripTypes(source.replace(/\r\n?/g, '\n'));
  const text = new MagicString(code);
  const scope = unusedName('$scope', code);
  const cell = unusedName('$cell', code);

  const imports: CellImport[] = [];
  const hoisted = hoistedFunctions(program);
  const cellLocal = new Set<string>();
  const constants = new Set<string>();
  const variables = variableNames(program.body);
  const declared = new Set([...variables, ...lexicalNames(program.body)]);

  for (const node of program.body) {
    const statement = withoutExport(node, text, code);
    if (statement.type === 'ImportDeclaration') {
      const imported = readImport(statement, code);
      imports.push(imported);
      for (const [, local] of imported.bindings) {
        declared.add(local);
        constants.add(local);
      }
      text.update(statement.start, statement.end, lineEnds(code.slice(statement.start, statement.end)));
    } else if (statement.type === 'ClassDeclaration' && statement.id) {
      rewriteClass(text, statement, statement.id.name, scope);
    } else if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
      const names = statement.declarations.flatMap((each) => patternNames(each.id));
      if (statement.kind === 'let' || statement.kind === 'const') {
        rewriteDeclaration(text, statement, 'statement', scope);
      } else {
        // `using` disposes of its value when the cell ends, so the name ends there too.
        for (const name of names) {
          cellLocal.add(name);
          declared.delete(name);
        }
      }
      if (statement.kind === 'const') {
        for (const name of names) {
          constants.add(name);
        }
      }
    }
  }
  for (const { declaration, place } of variableDeclarations(program)) {
    rewriteDeclaration(text, declaration, place, scope);
  }
  rewriteDynamicImports(program, text, code, cell);
  const returned = lastExpression(program);
  if (returned) {
    text.appendLeft(returned.start, ';return (').appendLeft(returned.expression.end, ')');
  }
  rewriteReferences(text, code, program, {
    scope,
    returned,
    declared,
    cellLocal,
    constants,
    isVariable: options.isVariable ?? (() => false),
  });

  const prologue = [
    ...imports.map((each) => `await ${cell}.bind(${JSON.stringify(each)});`),
    ...variables.map((name) => `Object.hasOwn(${scope}, "${name}") || (${scope}.${name} = void 0);`),
    ...hoisted.map((name) => `${scope}.${name} = ${name};`),
  ];
  const head = `(async function (${scope}, ${cell}) { "use strict"; ${prologue.join(' ')}`;
  return {
    code: `${head}${text.toString()}\n})\n//# sourceURL=${options.sourceUrl}`,
    declared: [...declared],
  };
}

function unusedName(wanted: string, code: string): string {
  return code.includes(wanted) ? unusedName(`${wanted}_`, code) : wanted;
}

function lineEnds(text: string): string {
  return text.replace(/[^\n]/g, '');
}

/** The declaration behind `export`; every top-level name is shared with the other cells anyway. */
function withoutExport(node: AnyNode, text: MagicString, code: string): AnyNode {
  if (node.type === 'ExportNamedDeclaration' && node.declaration) {
    const { start } = node.declaration;
    text.update(node.start, start, lineEnds(code.slice(node.start, start)));
    return node.declaration;
  }
  if (node.type.startsWith('Export')) {
    throw new CellSyntaxError(
      'a cell cannot export; names at its top level can be used in the other cells without it',
      lineAt(code, node.start),
    );
  }
  return node;
}

function hoistedFunctions(program: Program): string[] {
  return program.body.flatMap((node) => {
    const statement = node.type === 'ExportNamedDeclaration' ? node.declaration : node;
    return statement?.type === 'FunctionDeclaration' ? patternNames(statement.id) : [];
  });
}

interface PlacedDeclaration {
  declaration: VariableDeclaration;
  place: 'statement' | 'nested' | 'for' | 'for-each';
}

/** The `var` declarations that belong to the cell, however deep in blocks and loops they stand. */
function variableDeclarations(node: AnyNode): PlacedDeclaration[] {
  return children(node).flatMap((child): PlacedDeclaration[] => {
    if (isFunction(child) || child.type === 'StaticBlock') {
      return [];
    }
    const below = variableDeclarations(child);
    if (child.type !== 'VariableDeclaration' || child.kind !== 'var') {
      return below;
    }
    return [{ declaration: child, place: placeIn(node, child) }, ...below];
  });
}

function placeIn(parent: AnyNode, declaration: AnyNode): PlacedDeclaration['place'] {
  switch (parent.type) {
    case 'ForStatement':
      return parent.init === declaration ? 'for' : 'nested';
    case 'ForInStatement':
    case 'ForOfStatement':
      return parent.left === declaration ? 'for-each' : 'nested';
    case 'Program':
    case 'BlockStatement':
    case 'SwitchCase':
    case 'ExportNamedDeclaration':
      return 'statement';
    default:
      return 'nested';
  }
}

function rewriteDynamicImports(node: AnyNode, text: MagicString, code: string, cell: string): void {
  if (node.type === 'ImportExpression') {
    text.update(node.start, node.start + 'import'.length, `${cell}.import`);
  } else if (node.type === 'MetaProperty' && node.meta.name === 'import') {
    throw new CellSyntaxError('import.meta does not exist in a cell', lineAt(code, node.start));
  }
  for (const child of children(node)) {
    rewriteDynamicImports(child, text, code, cell);
  }
}

/** The statement whose value is the cell's result. */
function lastExpression(program: Program): ExpressionStatement | undefined {
  const last = program.body.findLast((node) => node.type !== 'EmptyStatement');
  return last?.type === 'ExpressionStatement' ? last : undefined;
}
