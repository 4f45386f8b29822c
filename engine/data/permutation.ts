/** Seeded permutations and choices, counter-based: every draw is a function of its seed and its counter alone. */
import { InputError } from '../errors.ts';
import { randomBits, uniform } from '../random.ts';

/** Sorting keys hold 32 random bits and an index in the 53 bits of a number. */
const mostIndices = 2 ** 21;

/**
 * The whole numbers from 0 to `count − 1` in an order that depends on `count` and `seed` alone: sorted by their random
 * bits, so that all orders are as good as equally likely.
 *
 * @throws InputError where `count` is not a whole number up to 2²¹.
 */
export function permutation(count: number, seed: number): Uint32Array<ArrayBuffer> {
  if (!(Number.isInteger(count) && count >= 0 && count <= mostIndices)) {
    throw new InputError(`${count} things cannot be shuffled; a whole number up to ${mostIndices} can.`);
  }
  const keys = new Float64Array(count);
  for (let index = 0; index < count; index++) keys[index] = randomBits(seed, index) * mostIndices + index;
  keys.sort();
  return Uint32Array.from(keys, (key) => key % mostIndices);
}

/** A seed for one of several uses of a seed, so that they do not draw the same numbers. */
export function deriveSeed(seed: number, use: number): number {
  return randomBits(seed, use);
}

/** A whole number from 0 to `count − 1`, a function of (seed, counter). */
export function choose(count: number, seed: number, counter: number): number {
  return Math.floor(uniform(seed, counter) * count);
}

/** 32 bits of a text, for seeds (FNV-1a over its UTF-16 code units). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
