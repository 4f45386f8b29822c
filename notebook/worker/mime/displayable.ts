import type { JsonObject, MimeBundle } from '../../document/nbformat.ts';

/** The method by which a value says how it is shown. Libraries can have it without importing anything. */
export const mimeMethod: unique symbol = Symbol.for('warpbook.mime') as never;

/** A value that renders itself. The bundle should have `text/plain`; where it has not, the value's text is added. */
export interface Displayable {
  [mimeMethod](): MimeBundle | Promise<MimeBundle>;
}

/** The same by a plain name, for code that knows nothing of the symbol. */
interface NamedDisplayable {
  toMimeBundle(): MimeBundle | Promise<MimeBundle>;
}

/** A displayable of a bundle that is known already. */
export function displayable(bundle: MimeBundle): Displayable {
  return { [mimeMethod]: () => bundle };
}

export function isDisplayable(value: unknown): value is Displayable | NamedDisplayable {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { [mimeMethod]: bySymbol, toMimeBundle } = value as Partial<Displayable & NamedDisplayable>;
  return typeof bySymbol === 'function' || typeof toMimeBundle === 'function';
}

/** What a displayable says of itself. */
export function ownBundle(value: Displayable | NamedDisplayable): MimeBundle | Promise<MimeBundle> {
  return mimeMethod in value ? value[mimeMethod]() : value.toMimeBundle();
}

/** An object with class `Object` or none, as literals and JSON have. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  // Values made in another realm have another Object.prototype, itself without a prototype.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What JSON can carry of a value: an object, whatever it was. */
export function plainMetadata(metadata: unknown): JsonObject {
  const copy: unknown = metadata === undefined ? {} : JSON.parse(JSON.stringify(metadata) ?? '{}');
  return isPlainObject(copy) ? (copy as JsonObject) : {};
}
