import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { targetsOf } from '../../engine/data/collections.ts';
import { groceryLabel, readGrocery } from '../../engine/data/grocery.ts';
import { parseHouseholds } from '../../engine/data/households.ts';
import { readClothingPhotos } from '../../engine/data/photo-table.ts';

const samples = new URL('../../notebook/samples/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, samples), 'utf8');
const shipped = { purchases: read('grocery/purchases.csv'), photos: read('grocery/photos.csv') };

describe('the shipped grocery tables', () => {
  const { collections, split, photos, report } = readGrocery(shipped);
  const { users, offsets, items, categories, photoCategories } = collections;

  test('have the households, photos and categories that were counted beforehand', () => {
    expect(report).toEqual({ households: 1846, tooFew: 1091, cut: 1 });
    expect(users.length).toBe(755);
    // 7,289 purchases of these households, 11 of them beyond the fortieth of one.
    expect(items.length).toBe(7289 - 11);
    expect(photos.photos.length).toBe(5421);
    expect(photos.classes.length).toBe(81);
    expect(categories.slice(0, 3)).toEqual(['Fruit', 'Packages', 'Vegetables']);
    expect(categories.length).toBe(new Set(categories).size);
    const sizes = users.map((_, user) => offsets[user + 1]! - offsets[user]!);
    expect([Math.min(...sizes), Math.max(...sizes)]).toEqual([5, 40]);
    expect(collections.label).toBe(groceryLabel);
  });

  test('a photo belongs to its group, coarse class and fine class, equal names once', () => {
    const namesOf = (file: string) => {
      const photo = collections.photos.indexOf(file);
      const { offsets: starts, categories: places } = photoCategories;
      return [...places.subarray(starts[photo], starts[photo + 1])].map((place) => categories[place]);
    };
    expect(namesOf('train_Golden-Delicious_001.jpg')).toEqual(['Fruit', 'Apple', 'Golden-Delicious']);
    expect(namesOf('test_Banana_002.jpg')).toEqual(['Fruit', 'Banana']);
    expect(namesOf('test_Yoggi-Strawberry-Yoghurt_014.jpg')).toEqual([
      'Packages',
      'Yoghurt',
      'Yoggi-Strawberry-Yoghurt',
    ]);
    expect(namesOf('test_Red-Bell-Pepper_032.jpg')).toEqual(['Vegetables', 'Pepper', 'Red-Bell-Pepper']);
  });

  test('training households are shown by train photos, tested ones by test photos', () => {
    const partsOf = (part: Uint32Array) =>
      new Set(
        [...part].flatMap((user) =>
          [...items.subarray(offsets[user], offsets[user + 1])].map((photo) => photos.parts[photo]),
        ),
      );
    expect([...partsOf(split.train), ...partsOf(split.stageOne)]).toEqual(['train', 'train']);
    expect([...partsOf(split.test)]).toEqual(['test']);
    const validated = readGrocery(shipped, { stageOne: 0, validation: 0.2 });
    const seen = [...validated.split.validation].flatMap((user) => {
      const { offsets: starts, items: entries } = validated.collections;
      return [...entries.subarray(starts[user], starts[user + 1])];
    });
    const seenParts = new Set(seen.map((photo) => validated.photos.parts[photo]));
    // Some classes have no validation photo.
    expect(seenParts).toEqual(new Set(['validation', 'train']));
    for (const photo of seen.filter((index) => validated.photos.parts[index] === 'train')) {
      const className = validated.photos.labels[photo];
      const others = validated.photos.labels.findIndex(
        (label, index) => label === className && validated.photos.parts[index] === 'validation',
      );
      expect(others).toBe(-1);
    }
  });

  test('photos are of the class that was bought', () => {
    const lines = shipped.purchases.trimEnd().split('\n').slice(1);
    const coarse = new Map(
      shipped.photos
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => [line.split(',')[0]!, line.split(',')[3]!]),
    );
    for (const user of [0, 100, 754]) {
      const bought = lines.filter((line) => line.startsWith(`${users[user]},`)).slice(0, 40);
      const shown = [...items.subarray(offsets[user], offsets[user + 1])].map((item) =>
        coarse.get(collections.photos[item]!),
      );
      expect(shown).toEqual(bought.map((line) => line.split(',')[3]));
    }
  });

  test('the same seed gives the same collections, another seed others', () => {
    expect(readGrocery(shipped, { seed: 1 }).collections.items).toEqual(items);
    const other = readGrocery(shipped, { seed: 2 });
    expect(other.collections.items).not.toEqual(items);
    expect(other.split.test).not.toEqual(split.test);
    expect(other.collections.users).toEqual(users);
    // Targets change only by the fine class that a photo has.
    expect(targetsOf(other.collections, [0]).slice(0, 3)).toEqual(targetsOf(collections, [0]).slice(0, 3));
  });

  test('the sample households can be held for the test', () => {
    const { households } = parseHouseholds(JSON.parse(read('grocery/households.json')), 'households.json');
    const held = households.map(({ id }) => id);
    const data = readGrocery(shipped, { stageOne: 0, held });
    const tested = [...data.split.test].map((user) => data.collections.users[user]);
    expect(tested).toEqual(expect.arrayContaining(held));
    // The sample's label is the reader's.
    expect(households[0]!.label).toBe(groceryLabel);
  });
});

describe('readGrocery', () => {
  const photos = 'file,split,fine,coarse,group\na.jpg,train,Kiwi,Kiwi,Fruit\nb.jpg,test,Kiwi,Kiwi,Fruit\n';
  const purchases = 'household,week,product,class\n7,1,1,Kiwi\n7,2,1,Kiwi\n8,1,1,Kiwi\n';

  test('sizes are options', () => {
    const { collections, report } = readGrocery({ purchases, photos }, { least: 1, most: 1, stageOne: 0 });
    expect(collections.users).toEqual(['7', '8']);
    expect([...collections.offsets]).toEqual([0, 1, 2]);
    expect(report).toEqual({ households: 2, tooFew: 0, cut: 1 });
  });

  test.each([
    [
      { purchases: purchases.replace('8,1,1,Kiwi', '8,1,1,Fig'), photos },
      /"Fig" has no photo among those for/,
    ],
    [{ purchases, photos: photos.replace('test', 'exam') }, /photo 2 has the split "exam"/],
    [{ purchases, photos: photos.replace('b.jpg', 'a.jpg') }, /1 photos are there twice/],
    [{ purchases: 'a,b\n', photos }, /purchases\.csv has no column "household"/],
  ])('%# is refused', (tables, message) => {
    expect(() => readGrocery(tables, { least: 1 })).toThrow(message);
  });

  test('a held household must be there', () => {
    const options = { least: 2, held: ['8'] };
    expect(() => readGrocery({ purchases, photos }, options)).toThrow(
      /held household "8" is not there, or has/,
    );
  });
});

test('the shipped table of clothing', () => {
  const { photos, parts, classes, labels, label } = readClothingPhotos(read('clothing/photos.csv'));
  expect([photos.length, labels.length, parts.length]).toEqual([3781, 3781, 3781]);
  expect(classes.length).toBe(10);
  expect(classes[labels[0]!]).toBe('dress');
  expect(new Set(parts)).toEqual(new Set(['train', 'validation', 'test']));
  expect(label).toContain('CC0');
});
