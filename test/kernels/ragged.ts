/** Ragged batches for tests. */
import { uniform } from '../../engine/random.ts';

/** Sets of given sizes one after the other, in a capacity that may be larger. */
export interface Ragged {
  readonly name: string;
  readonly sizes: readonly number[];
  /** Rows that the operands have. */
  readonly capacity: number;
}

/** Offsets `[B + 1]` of sets of these sizes. */
export function offsetsOf(sizes: readonly number[]): Uint32Array<ArrayBuffer> {
  const offsets = new Uint32Array(sizes.length + 1);
  for (const [set, size] of sizes.entries()) offsets[set + 1] = offsets[set]! + size;
  return offsets;
}

const manySizes = Array.from({ length: 64 }, (_, set) => Math.floor(uniform(11, set) * 13));

/** Sets of 0, 1 and 40 rows, one and many, with and without rows of no set. */
export const raggedBatches: readonly Ragged[] = [
  { name: 'one set of 1', sizes: [1], capacity: 1 },
  { name: 'one set of 40', sizes: [40], capacity: 40 },
  { name: 'one empty set', sizes: [0], capacity: 3 },
  { name: 'one set of 5 in a capacity of 9', sizes: [5], capacity: 9 },
  { name: 'sets of 40 and 1', sizes: [40, 1], capacity: 41 },
  { name: 'empty sets between others', sizes: [0, 3, 0, 0, 7, 1, 0], capacity: 20 },
  {
    name: '64 sets of 0 to 12',
    sizes: manySizes,
    capacity: manySizes.reduce((sum, size) => sum + size, 0) + 5,
  },
];

/** Each batch with a wide and a narrow row; one of them, with empty sets, with rows of every width asked for. */
export function raggedCases(widths: readonly number[]): (Ragged & { readonly features: number })[] {
  return raggedBatches.flatMap((batch) =>
    (batch.name === 'empty sets between others' ? widths : [1024, 3]).map((features) => ({
      ...batch,
      features,
    })),
  );
}

/** Offsets that point beyond a capacity of 8 rows, and what they mean once held to it. */
export const offsetsBeyondCapacity = {
  capacity: 8,
  wrong: new Uint32Array([0, 5, 4_000_000_000]),
  meant: new Uint32Array([0, 5, 8]),
} as const;
