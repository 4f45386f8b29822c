import { expect, test } from 'vitest';
import { targetsOf } from '../../engine/data/collections.ts';
import { smallCollections } from './small-collections.ts';

const collections = smallCollections([[0, 1], [2], [1, 1], []], [[0, 3], [], [1, 3]], 4);

test('targets are the union over the photos of a user', () => {
  expect([...targetsOf(collections, [0, 1, 2, 3])]).toEqual([
    ...[1, 0, 0, 1],
    ...[0, 1, 0, 1],
    ...[0, 0, 0, 0],
    ...[0, 0, 0, 0],
  ]);
  expect([...targetsOf(collections, [1, 0])]).toEqual([0, 1, 0, 1, 1, 0, 0, 1]);
});

test.each([4, -1, 0.5])('user %s is refused', (user) => {
  expect(() => targetsOf(collections, [user])).toThrow(`There is no user ${user}; there are 4, from 0.`);
});
