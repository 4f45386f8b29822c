import type { Collections } from '../../engine/data/collections.ts';
import { concatenateLists } from '../../engine/data/ragged-lists.ts';

/** Collections written as lists: the photos of each user, and the categories of each photo. */
export function smallCollections(
  users: readonly (readonly number[])[],
  photos: readonly (readonly number[])[],
  categories: number,
): Collections {
  const { offsets, values: items } = concatenateLists(users);
  const ragged = concatenateLists(photos);
  return {
    name: 'small',
    label: 'Made up for a test.',
    categories: Array.from({ length: categories }, (_, index) => `category ${index}`),
    users: users.map((_, index) => `user ${index}`),
    offsets,
    items,
    photos: photos.map((_, index) => `photo ${index}`),
    photoCategories: { offsets: ragged.offsets, categories: ragged.values },
  };
}
