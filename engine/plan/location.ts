/** Where a value lives. */

/** A place in device memory. */
export type Location =
  | { readonly kind: 'input' | 'parameter'; readonly name: string; readonly bytes: number }
  | { readonly kind: 'arena'; readonly buffer: number; readonly bytes: number };
