import { type Program, parse } from 'acorn';
import { transform } from 'sucrase';
import { CellSyntaxError } from './syntax-error.ts';

/** A cell's JavaScript, on the same lines as its TypeScript, and its syntax tree. */
export interface PlainScript {
  code: string;
  program: Program;
}

/**
 * Removes the types from TypeScript; every remaining token stays on its line. Nothing is checked but syntax.
 *
 * @throws CellSyntaxError with the line of the first error.
 */
export function stripTypes(source: string): PlainScript {
  let code: string;
  try {
    code = transform(source, {
      transforms: ['typescript'],
      disableESTransforms: true,
      // A name imported in one cell may be used in another, so what looks unused stays.
      keepUnusedImports: true,
    }).code;
  } catch (error) {
    throw toSyntaxError(error);
  }
  refuseNamespaces(source, code);
  return { code, program: parseScript(code) };
}

function parseScript(code: string): Program {
  try {
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowAwaitOutsideFunction: true });
  } catch (error) {
    throw toSyntaxError(error);
  }
}

/** The type stripper drops `namespace N { … }` silently; a cell that loses code must say so. */
function refuseNamespaces(source: string, code: string): void {
  const pattern = /^[ \t]*(?:export[ \t]+)?(?:namespace|module)[ \t]+[\w.$]+\s*\{/gm;
  const match = pattern.exec(source);
  if (match && !code.includes(match[0])) {
    const line = source.slice(0, match.index).split('\n').length;
    throw new CellSyntaxError(
      'TypeScript namespaces do not work in a cell; use an object or plain functions',
      line,
    );
  }
}

/** Both parsers end their messages with `(line:column)`; ours carry the line as a number instead. */
function toSyntaxError(error: unknown): CellSyntaxError {
  const text = error instanceof Error ? error.message : String(error);
  const position = /\s*\((\d+):\d+\)\s*$/.exec(text);
  const line = position ? Number(position[1]) : 1;
  const message = (position ? text.slice(0, position.index) : text).replace(
    /^Error transforming [^:]*:\s*/,
    '',
  );
  return new CellSyntaxError(message, line);
}
