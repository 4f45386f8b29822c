/** Numbers of rows of a table. */
import { InputError } from '../errors.ts';

/**
 * Throws `InputError` unless every index names a row.
 *
 * @param rows of the table
 */
export function checkIndices(indices: ArrayLike<number>, rows: number): void {
  for (let m = 0; m < indices.length; m++) {
    if (!(indices[m]! < rows)) {
      throw new InputError(
        `indices[${m}] is ${indices[m]}, but the table has ${rows} rows, numbered from 0; correct the index.`,
      );
    }
  }
}
