import { expect, test } from 'vitest';
import { targetsOf } from '../../engine/data/collections.ts';
import { keepFrequentCategories, usersOfCategories } from '../../engine/data/frequent-categories.ts';
import { smallCollections } from './small-collections.ts';

// Category 0: user 0 only, twice. 1: users 0 and 1. 2: nobody. 3: users 0, 1 and 2.
const collections = smallCollections([[0, 0, 1], [1], [2]], [[0, 3], [1, 3], [3], [2]], 4);

test('users are counted once for a category', () => {
  expect([...usersOfCategories(collections)]).toEqual([1, 2, 0, 3]);
});

test('the most frequent are kept, and photos keep what is left of theirs', () => {
  const two = keepFrequentCategories(collections, 2);
  expect(two.categories).toEqual(['category 3', 'category 1']);
  expect([...targetsOf(two, [0, 1, 2])]).toEqual([1, 1, 1, 1, 1, 0]);
  const { offsets, categories } = two.photoCategories;
  expect([...offsets]).toEqual([0, 1, 3, 4, 4]);
  expect([...categories]).toEqual([0, 0, 1, 0]);
  expect(keepFrequentCategories(collections, 9).categories).toEqual(
    [3, 1, 0, 2].map((category) => `category ${category}`),
  );
});

test('ties go by name; none is refused', () => {
  const tied = smallCollections([[0, 1, 2]], [[2], [1], [0]], 3);
  expect(keepFrequentCategories(tied, 2).categories).toEqual(['category 0', 'category 1']);
  expect(() => keepFrequentCategories(tied, 0)).toThrow(/0 categories cannot be kept/);
});
