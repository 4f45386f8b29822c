import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  Identifier,
  Program,
} from 'acorn';
import { children, lexicalNames, patternNames, variableNames } from './declarations.ts';

/** A use of a name that no scope inside the cell binds: the cell's own top level, an earlier cell, or a global. */
export interface Reference {
  identifier: Identifier;
  /** The syntax tree above the identifier, nearest last. */
  ancestors: readonly AnyNode[];
}

interface Scope {
  names: ReadonlySet<string>;
  outer: Scope | undefined;
}

/**
 * Finds the names that reach out of a cell, by the scoping rules of ECMAScript modules (strict mode). Names that the
 * top level declares count as reaching out, except those in `cellLocal`.
 */
export function findReferences(program: Program, cellLocal: ReadonlySet<string>): Reference[] {
  const references: Reference[] = [];
  const ancestors: AnyNode[] = [];

  function visit(node: AnyNode, scope: Scope): void {
    if (node.type === 'Identifier') {
      if (!isBound(node.name, scope)) {
        references.push({ identifier: node, ancestors: [...ancestors] });
      }
      return;
    }
    ancestors.push(node);
    for (const [part, inner] of parts(node, scope)) {
      if (part) {
        visit(part, inner);
      }
    }
    ancestors.pop();
  }

  ancestors.push(program);
  for (const statement of program.body) {
    visit(statement, { names: cellLocal, outer: undefined });
  }
  return references;
}

/** Whether a reference reads its name, assigns to it, or is the place where the cell declares it. */
export function referenceRole({ identifier, ancestors }: Reference): 'read' | 'assignment' | 'declaration' {
  let below: AnyNode = identifier;
  for (const node of ancestors.toReversed()) {
    switch (node.type) {
      case 'AssignmentExpression':
        return node.left === below ? 'assignment' : 'read';
      case 'UpdateExpression':
        return 'assignment';
      case 'VariableDeclarator':
        return node.id === below ? 'declaration' : 'read';
      case 'ForInStatement':
      case 'ForOfStatement':
        return node.left === below ? 'assignment' : 'read';
      case 'AssignmentPattern':
        if (node.left !== below) {
          return 'read';
        }
        break;
      case 'Property':
        if (node.value !== below) {
          return 'read';
        }
        break;
      case 'ObjectPattern':
      case 'ArrayPattern':
      case 'RestElement':
        break;
      default:
        return 'read';
    }
    below = node;
  }
  return 'read';
}

type Part = readonly [node: AnyNode | null | undefined, scope: Scope];

/** The nodes below one that may use names, each with the scope that its names are looked up in. */
function parts(node: AnyNode, scope: Scope): Part[] {
  const within = (inner: Scope, ...nodes: (AnyNode | null | undefined)[]): Part[] =>
    nodes.map((each) => [each, inner]);
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return functionParts(node, scope);
    case 'ClassDeclaration':
    case 'ClassExpression':
      return within(nested(patternNames(node.id), scope), node.superClass, node.body);
    case 'StaticBlock': {
      const names = [...lexicalNames(node.body), ...variableNames(node.body), 'arguments'];
      return within(nested(names, scope), ...node.body);
    }
    case 'BlockStatement':
      return within(nested(lexicalNames(node.body), scope), ...node.body);
    case 'SwitchStatement': {
      const statements = node.cases.flatMap((each) => each.consequent);
      return [[node.discriminant, scope], ...within(nested(lexicalNames(statements), scope), ...node.cases)];
    }
    case 'ForStatement':
      return within(nested(headNames(node.init), scope), node.init, node.test, node.update, node.body);
    case 'ForInStatement':
    case 'ForOfStatement':
      return within(nested(headNames(node.left), scope), node.left, node.right, node.body);
    case 'CatchClause':
      return within(nested(patternNames(node.param), scope), node.param, node.body);
    case 'MemberExpression':
      return within(scope, node.object, node.computed ? node.property : null);
    case 'Property':
      // In `{a}` key and value are the same identifier; it is visited once, as the value.
      return within(scope, node.computed ? node.key : null, node.value);
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return within(scope, node.computed ? node.key : null, node.value);
    case 'LabeledStatement':
      return within(scope, node.body);
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'ImportDeclaration':
      return [];
    default:
      return within(scope, ...children(node));
  }
}

/** Parameters (and their defaults) do not see the names that the body declares. */
function functionParts(
  node: FunctionDeclaration | AnonymousFunctionDeclaration | FunctionExpression | ArrowFunctionExpression,
  scope: Scope,
): Part[] {
  // Only a function expression's name is bound inside the function itself.
  const own = node.type === 'FunctionExpression' ? nested(patternNames(node.id), scope) : scope;
  const implicit = node.type === 'ArrowFunctionExpression' ? [] : ['arguments'];
  const parameters = nested([...node.params.flatMap(patternNames), ...implicit], own);
  const body =
    node.body.type === 'BlockStatement' ? nested(variableNames(node.body.body), parameters) : parameters;
  return [...node.params.map((each): Part => [each, parameters]), [node.body, body]];
}

/** Names that the head of a loop binds for the loop: `for (const x of …)`. */
function headNames(head: AnyNode | null | undefined): string[] {
  return head ? lexicalNames([head]) : [];
}

function nested(names: Iterable<string>, outer: Scope): Scope {
  return { names: new Set(names), outer };
}

function isBound(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at; at = at.outer) {
    if (at.names.has(name)) {
      return true;
    }
  }
  return false;
}
