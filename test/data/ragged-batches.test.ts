import { describe, expect, test } from 'vitest';
import { raggedBatches } from '../../engine/data/ragged-batches.ts';
import { toFloat16 } from '../../engine/data-type.ts';
import { smallCollections } from './small-collections.ts';

const collections = smallCollections([[0, 1], [2], [1, 3, 1], [3]], [[0], [1], [2], [0, 2]], 3);
const { photos } = collections;
/** Photo p has the features 10 p + 1 and 10 p + 2. */
const features = { photos, size: 2, data: Float32Array.of(1, 2, 11, 12, 21, 22, 31, 32) };
const users = [0, 1, 2, 3];

describe('a batch', () => {
  const batches = raggedBatches({ collections, features, users, size: 3, capacity: 7 });

  test('features, offsets and targets of its users; the rest is 0', () => {
    const batch = batches.batchOf(Uint32Array.of(2, 0));
    expect([...batch.features]).toEqual([11, 12, 31, 32, 11, 12, 1, 2, 11, 12, 0, 0, 0, 0]);
    expect([...batch.offsets]).toEqual([0, 3, 5, 5]);
    expect([...batch.targets]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0]);
    // Nothing else: the graph takes them by these names.
    expect(Object.keys(batch)).toEqual(['features', 'offsets', 'targets']);
  });

  test('arrays that are written again keep nothing of before', () => {
    const into = batches.batchOf(Uint32Array.of(2, 0, 3));
    const again = batches.batchOf(Uint32Array.of(1), into);
    expect(again.features).toBe(into.features);
    expect(again).toEqual(batches.batchOf(Uint32Array.of(1)));
  });

  test('photos are found by name, and float16 rows are converted', () => {
    const table = {
      photos: photos.toReversed(),
      size: 2,
      data: toFloat16(Float32Array.of(31, 32, 21, 22, 11, 0.5, 1, -2)),
    };
    const batch = raggedBatches({ collections, features: table, users, size: 1, capacity: 3 }).batchOf(
      Uint32Array.of(0),
    );
    expect([...batch.features]).toEqual([1, -2, 11, 0.5, 0, 0]);
  });

  test('rows may be computed when asked for', () => {
    const source = {
      photos,
      size: 1,
      copyRow: (row: number, into: Float32Array, start: number) => into.fill(row + 0.5, start, start + 1),
    };
    const { features: rows } = raggedBatches({ collections, features: source, users, size: 4 }).batchOf(
      Uint32Array.of(1, 2),
    );
    expect([...rows].slice(0, 5)).toEqual([2.5, 1.5, 3.5, 1.5, 0]);
  });
});

describe('batches of an epoch', () => {
  const options = { collections, features, users, size: 3, seed: 5 };

  test('are the same whoever asks, in any order', () => {
    const one = raggedBatches(options);
    const other = raggedBatches(options);
    const forward = Array.from({ length: 9 }, (_, step) => one.batchAt(step));
    for (const step of [8, 2, 5, 0]) expect(other.batchAt(step)).toEqual(forward[step]);
    expect(raggedBatches({ ...options, seed: 6 }).usersAt(0)).not.toEqual(one.usersAt(0));
  });

  test('hold every user once an epoch; a batch goes on with the next epoch', () => {
    const batches = raggedBatches(options);
    // Three epochs of four users are four batches of three.
    const drawn = Array.from({ length: 4 }, (_, step) => [...batches.usersAt(step)]).flat();
    for (let epoch = 0; epoch < 3; epoch++) {
      expect(drawn.slice(4 * epoch, 4 * epoch + 4).sort()).toEqual(users);
    }
    expect(batches.stepsPerEpoch).toBe(2);
    const orders = Array.from({ length: 12 }, (_, epoch) =>
      Array.from({ length: 4 }, (_, at) => {
        const position = 4 * epoch + at;
        return batches.usersAt(Math.floor(position / 3))[position % 3];
      }).join(),
    );
    expect(new Set(orders).size).toBeGreaterThan(5);
  });

  test('a pass in order has every user once, the last batch fewer', () => {
    const passed = [...raggedBatches(options).inOrder()];
    expect(passed.map(({ users: own }) => [...own])).toEqual([[0, 1, 2], [3]]);
    expect([...passed[1]!.batch.offsets]).toEqual([0, 1, 1, 1]);
  });
});

describe('capacity', () => {
  test('is enough for every batch, also where users come again', () => {
    // Sizes are 2, 1, 3, 1; five places lie in up to two epochs and three users each: 3 + 3 + 2 + 2 + 1.
    expect(raggedBatches({ collections, features, users, size: 5 }).capacity).toBe(11);
    expect(raggedBatches({ collections, features, users: [2], size: 4 }).capacity).toBe(12);
    expect(raggedBatches({ collections, features, users, size: 1 }).capacity).toBe(3);
    for (const size of [1, 2, 3, 5, 9]) {
      for (let seed = 0; seed < 20; seed++) {
        const batches = raggedBatches({ collections, features, users: [0, 2, 3], size, seed });
        for (let step = 0; step < 12; step++) {
          expect(batches.batchAt(step).offsets[size]).toBeLessThanOrEqual(batches.capacity);
        }
      }
    }
  });

  test('of known steps is exactly what they need', () => {
    const steps = 5;
    const batches = raggedBatches({ collections, features, users, size: 2, seed: 2, steps });
    const needed = Array.from({ length: steps }, (_, step) => batches.batchAt(step).offsets[2]!);
    const passed = [...batches.inOrder()].map(({ batch }) => batch.offsets[2]!);
    expect(batches.capacity).toBe(Math.max(...needed, ...passed));
  });

  test('that is too small is said with one that fits', () => {
    const batches = raggedBatches({ collections, features, users, size: 2, capacity: 3 });
    expect(() => batches.batchOf(Uint32Array.of(2, 0))).toThrow(
      'These 2 users have 5 photos, but a batch has room for 3; a capacity of 6 fits every batch.',
    );
  });
});

test.each([
  [{ users: [] }, /need users to draw from/],
  [{ users: [4] }, /There is no user 4; there are 4/],
  [{ size: 0 }, /A batch cannot have 0 users/],
  [{ capacity: 0.5 }, /A batch cannot have room for 0\.5 photos/],
  [
    { features: { ...features, photos: ['photo 0', 'x'], size: 4 } },
    /3 of 4 photos have no features, first "photo 1"/,
  ],
  [{ features: { ...features, size: 3 } }, /4 photos with 3 features has 12 numbers, but 8 were given/],
])('%o is refused', (change, message) => {
  expect(() => raggedBatches({ collections, features, users, ...change })).toThrow(message);
});

test('steps are whole numbers from 0, and a batch has its size', () => {
  const batches = raggedBatches({ collections, features, users, size: 1 });
  expect(() => batches.batchAt(-1)).toThrow(/no training step -1/);
  expect(() => batches.batchOf(Uint32Array.of(0, 1))).toThrow(/room for 1 users, but 2/);
});
