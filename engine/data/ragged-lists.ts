/** Lists of whole numbers, one after the other in one array. */

/**
 * Lists to offsets and values: `[[3, 1], [], [2]]` to offsets `[0, 2, 2, 3]` and values `[3, 1, 2]`.
 *
 * @returns `offsets` `[L + 1]`, `values` `[offsets[L]]`
 */
export function concatenateLists(lists: readonly (readonly number[])[]): {
  offsets: Uint32Array<ArrayBuffer>;
  values: Uint32Array<ArrayBuffer>;
} {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, index) => {
    offsets[index + 1] = offsets[index]! + list.length;
  });
  const values = new Uint32Array(offsets[lists.length]!);
  lists.forEach((list, index) => {
    values.set(list, offsets[index]!);
  });
  return { offsets, values };
}
