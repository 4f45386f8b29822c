/** Pieces of WGSL text. */

/** The components of a vector of four. */
export const components = ['x', 'y', 'z', 'w'] as const;
export type Component = (typeof components)[number];

/** Repeats a piece for 0 … count − 1: register tiles are named variables, since arrays would go to memory. */
export function unroll(count: number, piece: (index: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, index) => piece(index)).join(separator);
}

/** A block behind a test of all conditions; just the block where there is none to test. */
export function guarded(conditions: readonly (string | false)[], block: string): string {
  const tests = conditions.filter((condition) => condition !== false);
  return `${tests.length > 0 ? `if (${tests.join(' && ')}) ` : ''}{\n${block}\n}`;
}
