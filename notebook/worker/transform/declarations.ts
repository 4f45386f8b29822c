import type { AnyNode, Node } from 'acorn';

/** The nodes directly below one. */
export function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  for (const value of Object.values(node) as unknown[]) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (isNode(item)) {
        found.push(item);
      }
    }
  }
  return found;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}

/** The names that a binding pattern binds: `a`, `{a, b: [c]}`, `...rest`, with defaults. */
export function patternNames(pattern: AnyNode | null | undefined): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) =>
        patternNames(property.type === 'RestElement' ? property.argument : property.value),
      );
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => patternNames(element));
    case 'AssignmentPattern':
      return patternNames(pattern.left);
    case 'RestElement':
      return patternNames(pattern.argument);
    default:
      return [];
  }
}

export function isFunction(node: AnyNode): boolean {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** Names declared with `var` anywhere below, which belong to the enclosing function or cell. */
export function variableNames(nodes: readonly AnyNode[]): string[] {
  return nodes.flatMap((node) => {
    if (isFunction(node) || node.type === 'StaticBlock') {
      return [];
    }
    const own =
      node.type === 'VariableDeclaration' && node.kind === 'var'
        ? node.declarations.flatMap((declarator) => patternNames(declarator.id))
        : [];
    return [...own, ...variableNames(children(node))];
  });
}

/** Names that the statements of one block declare for that block: `let`, `const`, `using`, classes, functions. */
export function lexicalNames(statements: readonly AnyNode[]): string[] {
  return statements.flatMap((statement): string[] => {
    switch (statement.type) {
      case 'VariableDeclaration':
        return statement.kind === 'var'
          ? []
          : statement.declarations.flatMap((each) => patternNames(each.id));
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
        return patternNames(statement.id);
      case 'ExportNamedDeclaration':
        return statement.declaration ? lexicalNames([statement.declaration]) : [];
      default:
        return [];
    }
  });
}
