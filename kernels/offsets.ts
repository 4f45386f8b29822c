/**
 * Set offsets in WGSL. Offsets are data, so shaders check what they read: no offset, however wrong, takes a row
 * beyond the capacity.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';

/**
 * WGSL for `set_rows(set_index) -> vec2<u32>`: the first row of a set and the row behind its last, both at most `capacity`.
 * The shader has the binding `offsets`.
 */
export function setRows(capacity: number): string {
  return wgsl`
fn set_rows(set_index: u32) -> vec2<u32> {
  let first = min(offsets[set_index], ${capacity}u);
  return vec2<u32>(first, clamp(offsets[set_index + 1u], first, ${capacity}u));
}`;
}

/**
 * WGSL for `set_of_row(row) -> u32`: the set that holds a row, or `sets` if none does. Halves the range of sets
 * until one is left. The shader has the binding `offsets`.
 */
export function setOfRow(sets: number): string {
  return wgsl`
fn set_of_row(row: u32) -> u32 {
  // Offsets below \`low\` are at most row, those from \`high\` on are beyond it.
  var low = 0u;
  var high = ${sets + 1}u;
  for (var step = 0u; step < ${Math.ceil(Math.log2(sets + 2))}u; step++) {
    if (low < high) {
      let middle = (low + high) / 2u;
      if (offsets[middle] <= row) { low = middle + 1u; } else { high = middle; }
    }
  }
  return select(low - 1u, ${sets}u, low == 0u);
}`;
}

/**
 * WGSL by which the threads of a workgroup, `local` each, clear the rows of no set: those before the first offset and from the
 * last on. The shader has the binding `offsets`.
 *
 * @param clear the statement that clears `row`
 */
export function clearRowsOfNoSet(
  clear: string,
  { sets, capacity, threads }: { readonly sets: number; readonly capacity: number; readonly threads: number },
): string {
  return `    for (var row = local; row < min(offsets[0], ${capacity}u); row += ${threads}u) { ${clear} }
    for (var row = min(offsets[${sets}u], ${capacity}u) + local; row < ${capacity}u; row += ${threads}u) {
      ${clear}
    }`;
}
