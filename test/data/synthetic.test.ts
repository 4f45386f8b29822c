import { describe, expect, test } from 'vitest';
import { targetsOf } from '../../engine/data/collections.ts';
import { type SyntheticData, syntheticCollections } from '../../engine/data/synthetic.ts';
import { areaUnderCurve } from '../../engine/metrics/average-precision.ts';
import { expectedBits, syntheticBits } from './synthetic-bits.ts';

const small = { users: 300, items: 400, categories: 60, features: 256, themes: 6, seed: 3 };

function rowOf({ features }: SyntheticData, item: number): Float32Array {
  const row = new Float32Array(features.size);
  features.copyRow(item, row, 0);
  return row;
}

function correlation(a: Float32Array, b: Float32Array): number {
  const mean = (x: Float32Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, k) => {
    ab += (value - meanA) * (b[k]! - meanB);
    aa += (value - meanA) ** 2;
    bb += (b[k]! - meanB) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

describe("at the paper's scale", () => {
  const { collections, features } = syntheticCollections();
  const { users, offsets, items, photos, categories, label } = collections;

  test('users, items, entries and categories are as many', () => {
    expect([users.length, photos.length, categories.length]).toEqual([66_519, 28_237, 1000]);
    expect(features.size).toBe(1024);
    // The paper has 547,700 entries.
    expect(Math.abs(items.length - 547_700) / 547_700).toBeLessThan(0.01);
    let [least, most] = [99, 0];
    for (let user = 0; user < users.length; user++) {
      const size = offsets[user + 1]! - offsets[user]!;
      least = Math.min(least, size);
      most = Math.max(most, size);
    }
    expect([least, most]).toEqual([5, 40]);
    expect(label.toLowerCase()).toContain('synthetic');
  });

  test('a user has an item once, and an item is drawn without the others', () => {
    for (let user = 0; user < 66_519; user += 997) {
      const own = items.subarray(offsets[user], offsets[user + 1]);
      expect(new Set(own).size).toBe(own.length);
    }
    const row = new Float32Array(1024);
    features.copyRow(28_236, row, 0);
    expect(row.some((value) => value > 0)).toBe(true);
  });
});

describe('what is drawn', () => {
  const data = syntheticCollections(small);
  const { collections, truth } = data;
  const { photoCategories } = collections;
  const categoriesOf = (item: number) =>
    photoCategories.categories.subarray(photoCategories.offsets[item], photoCategories.offsets[item + 1]);

  test('depends on the seed alone', () => {
    const again = syntheticCollections(small);
    expect(again.collections).toEqual(collections);
    // In another order, and where something stands already.
    const forward = [0, 7, 399].map((item) => rowOf(data, item));
    const backward = [399, 7, 0].map((item) => rowOf(again, item)).reverse();
    expect(backward).toEqual(forward);
    const wide = new Float32Array(3 * 256).fill(9);
    data.features.copyRow(7, wide, 256);
    expect(wide.subarray(256, 512)).toEqual(forward[1]);
    expect([wide[255], wide[512]]).toEqual([9, 9]);
    const other = syntheticCollections({ ...small, seed: 4 });
    expect(other.collections.items).not.toEqual(collections.items);
    expect(rowOf(other, 7)).not.toEqual(forward[1]);
    expect(syntheticBits()).toBe(expectedBits);
  });

  test('clutter has no category, looks alike, and is as frequent as asked for', () => {
    const shares = truth.matters.reduce((sum, value) => sum + value, 0) / 400;
    expect(Math.abs(shares - 0.8)).toBeLessThan(0.06);
    const likeness: number[] = [];
    const clutter: number[] = [];
    for (let item = 0; item < 400; item++) {
      expect(categoriesOf(item).length > 0).toBe(truth.matters[item] === 1);
      likeness.push(correlation(rowOf(data, item), truth.clutterDirection));
      clutter.push(1 - truth.matters[item]!);
    }
    expect(areaUnderCurve(likeness, clutter)).toBeGreaterThan(0.99);
  });

  test('categories of an item are of one theme, and their directions are in its features', () => {
    const own: number[] = [];
    const others: number[] = [];
    for (let item = 0; item < 60; item++) {
      const mine = [...categoriesOf(item)];
      if (mine.length === 0) continue;
      expect(new Set(mine.map((category) => truth.themes[category])).size).toBe(1);
      const row = rowOf(data, item);
      for (let category = 0; category < 60; category++) {
        if (mine.includes(category)) own.push(correlation(row, truth.direction(category)));
        else if (!mine.includes(truth.twins[category]!))
          others.push(correlation(row, truth.direction(category)));
      }
    }
    const scores = [...own, ...others];
    expect(
      areaUnderCurve(
        scores,
        scores.map((_, index) => (index < own.length ? 1 : 0)),
      ),
    ).toBeGreaterThan(0.97);
  });

  test('twins are in different themes and look alike; others do not', () => {
    const pairs = [...truth.twins].map((twin, category) => [category, twin] as const);
    const twins = pairs.filter(([category, twin]) => twin !== category);
    expect(twins.length).toBeGreaterThan(10);
    expect(twins.length).toBeLessThan(60);
    for (const [category, twin] of twins) {
      expect(truth.twins[twin]).toBe(category);
      expect(truth.themes[twin]).not.toBe(truth.themes[category]);
      expect(correlation(truth.direction(category), truth.direction(twin))).toBeGreaterThan(0.92);
    }
    const [alone] = pairs.find(([category, twin]) => twin === category)!;
    expect(Math.abs(correlation(truth.direction(alone), truth.direction((alone + 6) % 60)))).toBeLessThan(
      0.25,
    );
  });

  test('categories of a theme are bought together', () => {
    const targets = targetsOf(
      collections,
      collections.users.map((_, user) => user),
    );
    let [within, across, withinPairs, acrossPairs] = [0, 0, 0, 0];
    const column = (category: number) =>
      Float32Array.from({ length: 300 }, (_, user) => targets[user * 60 + category]!);
    for (let a = 0; a < 24; a++) {
      for (let b = a + 1; b < 24; b++) {
        const value = correlation(column(a), column(b));
        if (truth.themes[a] === truth.themes[b]) {
          within += value;
          withinPairs += 1;
        } else {
          across += value;
          acrossPairs += 1;
        }
      }
    }
    expect(within / withinPairs).toBeGreaterThan(across / acrossPairs + 0.2);
  });
});

test.each([
  [{ users: 0 }, /with 0 users cannot be drawn/],
  [{ features: 1.5 }, /with 1\.5 features/],
  [{ clutter: 2 }, /The share 'clutter' is 2/],
  [{ items: 30 }, /50 themes need at least as many categories and 40 items each, but there are 1000 and 30/],
])('%j is refused', (options, message) => {
  expect(() => syntheticCollections(options)).toThrow(message);
});
