import { describe, expect, test } from 'vitest';
import { choose, hashText, permutation } from '../../engine/data/permutation.ts';
import { splitUsers } from '../../engine/data/user-split.ts';

describe('permutation', () => {
  test('holds every number once, and depends on the seed alone', () => {
    const first = permutation(1000, 7);
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect(permutation(1000, 7)).toEqual(first);
    const moved = permutation(1000, 8).filter((value, index) => value !== first[index]);
    expect(moved.length).toBeGreaterThan(900);
  });

  test('every number is as often anywhere: a chi-squared test over 3,000 seeds', () => {
    const places = new Float64Array(25);
    for (let seed = 0; seed < 3000; seed++) {
      permutation(5, seed).forEach((value, place) => {
        places[value * 5 + place]! += 1;
      });
    }
    const chiSquared = places.reduce((sum, count) => sum + (count - 600) ** 2 / 600, 0);
    // 16 degrees of freedom: above 39.25 in one of 1,000; the seeds are fixed, so this never fails by chance.
    expect(chiSquared).toBeLessThan(39.25);
  });

  test('choices stay in range, and texts have hashes of their own', () => {
    const chosen = new Set(Array.from({ length: 200 }, (_, counter) => choose(3, 5, counter)));
    expect([...chosen].sort()).toEqual([0, 1, 2]);
    expect(hashText('')).toBe(0x811c9dc5);
    // FNV-1a of "a", from the authors' test vectors.
    expect(hashText('a')).toBe(0xe40c292c);
    expect(() => permutation(-1, 0)).toThrow(/-1 things cannot be shuffled/);
  });
});

describe('splitUsers', () => {
  test('the numbers of the paper: 46,563 of 66,519 users for stage one', () => {
    const { stageOne, train, validation, test: tested } = splitUsers(66_519);
    expect(stageOne.length).toBe(46_563);
    expect(tested.length).toBe(Math.round(0.3 * 19_956));
    expect(train.length).toBe(19_956 - tested.length);
    expect(validation.length).toBe(0);
  });

  test('every user is in one part; the seed decides which', () => {
    const split = splitUsers(100, { seed: 3, validation: 0.2 });
    const { stageOne, train, validation, test: tested } = split;
    expect([stageOne.length, train.length, validation.length, tested.length]).toEqual([70, 17, 4, 9]);
    const all = [...stageOne, ...train, ...validation, ...tested].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 100 }, (_, user) => user));
    expect(train).toEqual(train.slice().sort());
    expect(splitUsers(100, { seed: 3, validation: 0.2 })).toEqual(split);
    expect(splitUsers(100, { seed: 4, validation: 0.2 }).test).not.toEqual(tested);
    // Asking for validation takes users from training only.
    expect(splitUsers(100, { seed: 3 }).test).toEqual(tested);
  });

  test('held users are tested, whatever the seed', () => {
    for (let seed = 0; seed < 5; seed++) {
      const { test: tested } = splitUsers(20, { seed, stageOne: 0, held: [3, 19] });
      expect(tested.length).toBe(6);
      expect([...tested]).toEqual(expect.arrayContaining([3, 19]));
    }
  });

  test.each([
    [{ stageOne: 1.5 }, /The share 'stageOne' is 1\.5/],
    [{ test: Number.NaN }, /The share 'test' is NaN/],
    [{ held: [10] }, /held user 10 is not there; there are 10 users/],
    [{ stageOne: 0, test: 0.1, held: [1, 2] }, /2 users are held for the test, which has room for 1/],
  ])('%j is refused', (options, message) => {
    expect(() => splitUsers(10, options)).toThrow(message);
  });
});
