/** Features of photos, row by row: from a table in memory, or computed when asked for. */
import { fromFloat16 } from '../data-type.ts';
import { InputError } from '../errors.ts';
import type { FeatureTable } from './feature-table.ts';

/** Where the features of photos come from. */
export interface FeatureSource {
  /** Name of each of the P rows. */
  readonly photos: readonly string[];
  /** Features of a photo, K. */
  readonly size: number;
  /** Writes the K features of a row to `into`, from `start` on. */
  copyRow(row: number, into: Float32Array, start: number): void;
}

let halves: Float32Array | undefined;

/** The value of each of the 65,536 float16 numbers, so that converting is a look-up. */
function halfValues(): Float32Array {
  halves ??= fromFloat16(Uint16Array.from({ length: 0x10000 }, (_, bits) => bits));
  return halves;
}

/**
 * A table as rows.
 *
 * @throws InputError where the table has not `photos · size` numbers.
 */
export function featureSource({ photos, size, data }: FeatureTable): FeatureSource {
  if (data.length !== photos.length * size) {
    throw new InputError(
      `A table of ${photos.length} photos with ${size} features has ${photos.length * size} numbers, but ${data.length} were given.`,
    );
  }
  if (data instanceof Float32Array) {
    return {
      photos,
      size,
      copyRow: (row, into, start) => into.set(data.subarray(row * size, (row + 1) * size), start),
    };
  }
  const values = halfValues();
  return {
    photos,
    size,
    copyRow(row, into, start) {
      const first = row * size;
      for (let k = 0; k < size; k++) into[start + k] = values[data[first + k]!]!;
    },
  };
}

/**
 * For each photo the row that has its features.
 *
 * @param photos names, for example `Collections.photos`
 * @returns `[photos.length]`
 * @throws InputError where a photo has no row, naming the first.
 */
export function rowsOf(photos: readonly string[], source: FeatureSource): Uint32Array {
  if (photos === source.photos) return Uint32Array.from(photos, (_, row) => row);
  const byName = new Map(source.photos.map((photo, row) => [photo, row]));
  const missing = photos.filter((photo) => !byName.has(photo));
  if (missing.length > 0) {
    throw new InputError(
      `${missing.length} of ${photos.length} photos have no features, first "${missing[0]}"; extract their features.`,
    );
  }
  return Uint32Array.from(photos, (photo) => byName.get(photo)!);
}
