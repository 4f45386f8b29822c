/** Repeats a piece of WGSL for 0 … count − 1: register tiles are named variables, since arrays would go to memory. */
export function unroll(count: number, piece: (index: number) => string, separator = '\n'): string {
  return Array.from({ length: count }, (_, index) => piece(index)).join(separator);
}
