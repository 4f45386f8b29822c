import type { NotebookScope } from './scope.ts';
import type { CellImport } from './transform/imports.ts';
import type { CellServices } from './transform.ts';

/** A module could not be had, or lacks what was imported from it. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  /** 1-based line of the import statement, where there is one. */
  readonly line: number | undefined;

  constructor(message: string, options: { line?: number | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.line = options.line;
  }
}

/** Modules that cells can import by name, loaded when asked for. */
export type KnownModules = Readonly<Record<string, () => Promise<object>>>;

/** What a running cell's import statements call. */
export function createServices(modules: KnownModules, scope: NotebookScope): CellServices {
  async function load(specifier: string, line?: number): Promise<object> {
    const known = Object.hasOwn(modules, specifier) ? modules[specifier] : undefined;
    if (known) {
      return known();
    }
    if (!/^(https?|data|blob):/.test(specifier)) {
      const names = Object.keys(modules).map((name) => `'${name}'`);
      throw new ImportError(
        `'${specifier}' cannot be imported: cells import ${names.join(', ')} and full addresses (https://…).`,
        { line },
      );
    }
    try {
      return (await import(/* @vite-ignore */ specifier)) as object;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ImportError(`'${specifier}' could not be loaded: ${reason}`, { line, cause });
    }
  }

  async function bind({ specifier, bindings, line }: CellImport): Promise<void> {
    const module = await load(specifier, line);
    for (const [exported, local] of bindings) {
      if (exported !== '*' && !(exported in module)) {
        // It may be a type, which does not exist when the cell runs; using it as a value is the mistake.
        defineMissing(scope, local, `'${specifier}' has no export named '${exported}'.`);
      } else {
        const value = exported === '*' ? module : (module as Record<string, unknown>)[exported];
        defineVariable(scope, local, value);
      }
    }
  }

  return { import: (specifier) => load(String(specifier)), bind };
}

function defineVariable(scope: NotebookScope, name: string, value: unknown): void {
  Object.defineProperty(scope, name, { value, writable: true, enumerable: true, configurable: true });
}

function defineMissing(scope: NotebookScope, name: string, message: string): void {
  Object.defineProperty(scope, name, {
    get() {
      throw new ImportError(message);
    },
    set: (value: unknown) => defineVariable(scope, name, value),
    enumerable: true,
    configurable: true,
  });
}
