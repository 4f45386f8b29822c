/**
 * Ragged batches: sets of different sizes, packed one after the other into a matrix of fixed capacity.
 *
 * Offsets `[B + 1]` say where sets begin: set b holds the rows `offsets[b] … offsets[b + 1] − 1`.
 */
import { InputError } from '../errors.ts';

/**
 * Set sizes to offsets: `[2, 3]` to `[0, 2, 5]`.
 *
 * @param counts rows of each set; 0 is an empty set
 * @param capacity rows of the matrix; without it, as many as the sets need
 * @returns `[B + 1]`
 * @throws InputError where there is no set, a size is not a whole number, or the sets exceed the capacity.
 */
export function raggedOffsets(counts: readonly number[], capacity = Number.POSITIVE_INFINITY): Uint32Array {
  if (counts.length === 0)
    throw new InputError('A ragged batch needs at least one set; give one size or more.');
  const offsets = new Uint32Array(counts.length + 1);
  let rows = 0;
  counts.forEach((count, set) => {
    if (!Number.isInteger(count) || count < 0) {
      throw new InputError(`Set ${set} cannot have ${count} rows; set sizes are whole numbers from 0.`);
    }
    rows += count;
    if (rows <= 0xffffffff) offsets[set + 1] = rows;
  });
  if (rows > capacity || rows > 0xffffffff) {
    throw new InputError(
      `The sets have ${rows} rows together, but there is room for ${Math.min(capacity, 0xffffffff)}; use a larger capacity or fewer sets.`,
    );
  }
  return offsets;
}

/**
 * Throws `InputError` unless every photo of a ragged batch lies within the capacity.
 *
 * @param layout `[B, 3]`, for each photo its first pixel, its height, its width
 * @param capacity pixels that the batch has room for
 */
export function checkPhotoLayout(layout: ArrayLike<number>, capacity: number): void {
  for (let photo = 0; 3 * photo < layout.length; photo++) {
    const end = layout[3 * photo]! + layout[3 * photo + 1]! * layout[3 * photo + 2]!;
    if (!(end <= capacity)) {
      throw new InputError(
        `The layout says that photo ${photo} ends at pixel ${end}, but there are ${capacity}; pack the photos again.`,
      );
    }
  }
}

/**
 * Throws `InputError` unless offsets start at 0, never fall, and end at or below the capacity.
 *
 * @param capacity rows of the matrix that the offsets divide
 */
export function checkOffsets(offsets: ArrayLike<number>, capacity: number): void {
  if (offsets[0] !== 0) throw new InputError(`Offsets must start at 0, but they start at ${offsets[0]}.`);
  for (let b = 1; b < offsets.length; b++) {
    if (!(offsets[b]! >= offsets[b - 1]!)) {
      throw new InputError(
        `Offsets must never fall, but offsets[${b}] is ${offsets[b]} after ${offsets[b - 1]}.`,
      );
    }
  }
  const last = offsets[offsets.length - 1]!;
  if (last > capacity) {
    throw new InputError(
      `Offsets end at ${last}, but there are only ${capacity} rows; use a larger capacity.`,
    );
  }
}
