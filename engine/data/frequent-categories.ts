/** The categories that most users have bought from. */
import { InputError } from '../errors.ts';
import type { Collections } from './collections.ts';
import { concatenateLists } from './ragged-lists.ts';

/**
 * The same collections with the `count` categories that the most users bought from, the most frequent first; of equally
 * frequent ones those whose names sort first. All where there are fewer.
 *
 * @throws InputError where `count` is not a whole number from 1.
 */
export function keepFrequentCategories(collections: Collections, count: number): Collections {
  if (!(Number.isInteger(count) && count > 0)) {
    throw new InputError(`${count} categories cannot be kept; give a whole number from 1.`);
  }
  const { categories, photos, photoCategories } = collections;
  const frequencies = usersOfCategories(collections);
  const kept = categories
    .map((_, category) => category)
    .sort((a, b) => frequencies[b]! - frequencies[a]! || (categories[a]! < categories[b]! ? -1 : 1))
    .slice(0, count);
  const places = new Map(kept.map((category, place) => [category, place]));
  const lists = photos.map((_, photo) => {
    const { offsets, categories: all } = photoCategories;
    const list = all.subarray(offsets[photo], offsets[photo + 1]);
    return [...list].flatMap((category) => places.get(category) ?? []).sort((a, b) => a - b);
  });
  const { offsets, values } = concatenateLists(lists);
  return {
    ...collections,
    categories: kept.map((category) => categories[category]!),
    photoCategories: { offsets, categories: values },
  };
}

/**
 * How many users bought from each category.
 *
 * @returns `[D]`
 */
export function usersOfCategories({ users, offsets, items, categories, photoCategories }: Collections) {
  const counts = new Uint32Array(categories.length);
  // The last user, counted from 1, that was counted for a category: nobody counts twice.
  const lastUser = new Uint32Array(categories.length);
  for (let user = 0; user < users.length; user++) {
    for (const photo of items.subarray(offsets[user], offsets[user + 1])) {
      const { offsets: starts, categories: all } = photoCategories;
      for (let at = starts[photo]!; at < starts[photo + 1]!; at++) {
        const category = all[at]!;
        if (lastUser[category] === user + 1) continue;
        lastUser[category] = user + 1;
        counts[category]! += 1;
      }
    }
  }
  return counts;
}
