import { syntheticCollections } from '../../engine/data/synthetic.ts';

/** A sum of the bits of everything that a small generator draws, to compare between runtimes. */
export function syntheticBits(): number {
  const { collections, features } = syntheticCollections({
    users: 50,
    items: 200,
    categories: 30,
    features: 24,
    themes: 4,
  });
  const row = new Float32Array(features.size);
  const bits = new Uint32Array(row.buffer);
  let sum = 0;
  const add = (value: number) => {
    sum = (Math.imul(sum, 31) + value) >>> 0;
  };
  collections.items.forEach(add);
  collections.photoCategories.categories.forEach(add);
  for (let item = 0; item < 200; item++) {
    features.copyRow(item, row, 0);
    bits.forEach(add);
  }
  return sum;
}

/** What Node drew when this was written. */
export const expectedBits = 4185746693;
