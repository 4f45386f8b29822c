/**
 * The variables of a notebook: a plain object whose own properties are the names that cells declared. Behind it stand
 * the names that every cell is offered (`display`, …), then the globals; anything else is a ReferenceError.
 */
export type NotebookScope = Record<string, unknown>;

/** @param offered Names in every cell's scope; a cell may declare the same name and then sees its own. */
export function createScope(offered: Readonly<Record<string, unknown>>): NotebookScope {
  function get(_: object, name: string | symbol): unknown {
    if (Object.hasOwn(offered, name)) {
      return offered[name as string];
    }
    if (name in globalThis) {
      return Reflect.get(globalThis, name) as unknown;
    }
    const error = new ReferenceError(`${String(name)} is not defined`);
    // The stack begins in the cell, as for a plain variable.
    Error.captureStackTrace?.(error, get);
    throw error;
  }
  const behind = new Proxy(Object.create(null) as object, {
    has: (_, name) => Object.hasOwn(offered, name) || name in globalThis,
    get,
    // Assigning to a global makes a variable of the notebook; the global stays as it is.
    set: (_, name, value, receiver: object) =>
      Reflect.defineProperty(receiver, name, { value, writable: true, enumerable: true, configurable: true }),
  });
  return Object.create(behind) as NotebookScope;
}
