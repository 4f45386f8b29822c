/**
 * Collections: users, the items of each, the photo that shows each item, and the categories of each photo. One form
 * for grocery purchases, the Amazon reviews and synthetic data.
 */
import { InputError } from '../errors.ts';

/** Lists of categories, one after the other: photo p has `categories[offsets[p]] … categories[offsets[p + 1] − 1]`. */
export interface PhotoCategories {
  /** `[P + 1]` */
  readonly offsets: Uint32Array;
  /** Indices of categories, each below D. */
  readonly categories: Uint32Array;
}

/** What a set of users bought. */
export interface Collections {
  readonly name: string;
  /** What is real and what is not, in one sentence, to be shown with every result. */
  readonly label: string;
  /** The names of the D categories. */
  readonly categories: readonly string[];
  /** The names of the U users. */
  readonly users: readonly string[];
  /** `[U + 1]`: user u has the items `offsets[u] … offsets[u + 1] − 1`. */
  readonly offsets: Uint32Array;
  /** `[offsets[U]]`: for each item the row of the features table, which is an index of `photos`. */
  readonly items: Uint32Array;
  /** The name of each of the P rows of the features table. */
  readonly photos: readonly string[];
  readonly photoCategories: PhotoCategories;
}

/**
 * The categories that users have bought from, as the paper defines them: "d-th element is 0 if the user has not bought
 * any items from category d, and 1 otherwise" (Demochkin and Savchenko, "Visual product recommendation using neural
 * aggregation network and context gating", section 4).
 *
 * @param users indices of users, in any order
 * @returns `[users.length, D]`, 0 or 1, row by row
 * @throws InputError where a user does not exist.
 */
export function targetsOf(collections: Collections, users: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const width = collections.categories.length;
  const targets = new Float32Array(users.length * width);
  for (let row = 0; row < users.length; row++) {
    writeTargets(collections, users[row]!, targets, row * width);
  }
  return targets;
}

/**
 * Sets to 1 what a user has bought from, in a row that is 0 elsewhere.
 *
 * @param targets where to write
 * @param start index of the row's first element
 */
export function writeTargets(
  { users, offsets, items, photoCategories }: Collections,
  user: number,
  targets: Float32Array,
  start: number,
): void {
  if (!(Number.isInteger(user) && user >= 0 && user < users.length)) {
    throw new InputError(`There is no user ${user}; there are ${users.length}, from 0.`);
  }
  for (let entry = offsets[user]!; entry < offsets[user + 1]!; entry++) {
    const photo = items[entry]!;
    for (let at = photoCategories.offsets[photo]!; at < photoCategories.offsets[photo + 1]!; at++) {
      targets[start + photoCategories.categories[at]!] = 1;
    }
  }
}
