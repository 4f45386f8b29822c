import type { AnyNode, Program, VariableDeclaration } from 'acorn';
import type MagicString from 'magic-string';
import { languageGlobals } from './language-globals.ts';
import { findReferences, type Reference, referenceRole } from './references.ts';
import { CellSyntaxError, lineAt } from './syntax-error.ts';

export interface RewriteOptions {
  /** Name of the object that holds the notebook's variables, unused otherwise in the cell. */
  scope: string;
  /** Names that the cell's top level declares and that stay for later cells. */
  declared: ReadonlySet<string>;
  /** Names that live only while the cell runs (`using`). */
  cellLocal: ReadonlySet<string>;
  /** Top-level `const` names of this cell. */
  constants: ReadonlySet<string>;
  /** Whether an earlier cell made a variable of this name. */
  isVariable: (name: string) => boolean;
  /** The statement whose value is the cell's result, edited elsewhere into a `return`. */
  returned: AnyNode | undefined;
}

/** Edits every use of a name that reaches out of the cell into a property of the scope object. */
export function rewriteReferences(
  text: MagicString,
  code: string,
  program: Program,
  options: RewriteOptions,
): void {
  const references = findReferences(program, options.cellLocal);
  const assigned = new Set<string>();
  for (const reference of references) {
    const { name, start } = reference.identifier;
    const role = referenceRole(reference);
    if (role !== 'read') {
      assigned.add(name);
    }
    if (role === 'assignment' && options.constants.has(name)) {
      throw new CellSyntaxError(
        `'${name}' is a const and cannot be assigned; declare it with let`,
        lineAt(code, start),
      );
    }
  }
  for (const reference of references) {
    const { name } = reference.identifier;
    const own = options.declared.has(name) || assigned.has(name) || options.isVariable(name);
    if (own || !languageGlobals.has(name)) {
      rewriteReference(text, reference, options);
    }
  }
}

function rewriteReference(
  text: MagicString,
  { identifier, ancestors }: Reference,
  options: RewriteOptions,
): void {
  const { scope, returned } = options;
  const { name, start, end } = identifier;
  const property = `${scope}.${name}`;
  const parent = ancestors.at(-1);
  if (parent?.type === 'UnaryExpression' && parent.operator === 'typeof') {
    // `typeof` of an unknown name is 'undefined', not an error.
    text.update(start, end, `("${name}" in ${scope} ? ${property} : void 0)`);
  } else if (isCalled(identifier, parent)) {
    // The comma keeps `this` undefined, as for a plain call. A statement must not begin with a parenthesis.
    const separator = startsStatement(start, ancestors, returned) ? ';' : '';
    text.update(start, end, `${separator}(0, ${property})`);
  } else if (isShorthand(identifier, ancestors)) {
    text.update(start, end, `${name}: ${property}`);
  } else {
    text.update(start, end, property);
  }
}

function isCalled(node: AnyNode, parent: AnyNode | undefined): boolean {
  return (
    (parent?.type === 'CallExpression' && parent.callee === node) ||
    (parent?.type === 'TaggedTemplateExpression' && parent.tag === node)
  );
}

function isShorthand(identifier: AnyNode, ancestors: readonly AnyNode[]): boolean {
  const parent = ancestors.at(-1);
  const withDefault = parent?.type === 'AssignmentPattern' && parent.left === identifier;
  const property = withDefault ? ancestors.at(-2) : parent;
  return property?.type === 'Property' && property.shorthand;
}

const statementLists = new Set(['Program', 'BlockStatement', 'SwitchCase', 'StaticBlock']);

/** Whether a statement of a list begins here: a place where the text before may lack its semicolon. */
function startsStatement(start: number, ancestors: readonly AnyNode[], except: AnyNode | undefined): boolean {
  return ancestors.some(
    (node, index) =>
      node !== except &&
      node.type === 'ExpressionStatement' &&
      node.start === start &&
      statementLists.has(ancestors[index - 1]?.type ?? ''),
  );
}

/** Edits a declaration whose names belong to the notebook into assignments: `const a = 1, {b} = c`. */
export function rewriteDeclaration(
  text: MagicString,
  declaration: VariableDeclaration,
  place: 'statement' | 'nested' | 'for' | 'for-each',
  scope: string,
): void {
  const keyword = declaration.start + declaration.kind.length;
  text.update(declaration.start, keyword, place === 'statement' ? ';' : '');
  if (place === 'for-each') {
    return;
  }
  for (const { id, init, end } of declaration.declarations) {
    if (!init) {
      const value = declaration.kind === 'var' && id.type === 'Identifier' ? `${scope}.${id.name}` : 'void 0';
      text.appendLeft(end, ` = ${value}`);
    } else if (id.type !== 'Identifier') {
      text.appendLeft(id.start, '(').appendLeft(end, ')');
    } else if (isAnonymous(init)) {
      // The function or class gets the variable's name, as in the declaration.
      text.appendRight(init.start, `({ ${id.name}: `).appendLeft(init.end, ` }).${id.name}`);
    }
  }
}

function isAnonymous(node: AnyNode): boolean {
  return (
    node.type === 'ArrowFunctionExpression' ||
    ((node.type === 'FunctionExpression' || node.type === 'ClassExpression') && !node.id)
  );
}

/** Edits a class declaration into an assignment. */
export function rewriteClass(text: MagicString, declaration: AnyNode, name: string, scope: string): void {
  text.appendLeft(declaration.start, `;${scope}.${name} = `).appendLeft(declaration.end, ';');
}
