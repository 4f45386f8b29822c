/** Dropout, with the mask that kernels draw. */
import { randomBits, uniform } from '../random.ts';

/** Whether an element stays: `u(h, index) ≥ rate`, h the bits of stream, step and seed. */
export function isKept(
  { rate, stream }: { readonly rate: number; readonly stream: number },
  [seed, step]: readonly [number, number],
  index: number,
): boolean {
  return uniform(randomBits(randomBits(seed, step), stream), index) >= rate;
}

/** `x[i] / (1 − rate)` where element i stays, else 0. */
export function dropout(
  attributes: { readonly rate: number; readonly stream: number },
  [x, counter]: readonly Float64Array[],
): Float64Array {
  const [seed, step] = counter! as unknown as [number, number];
  return x!.map((element, i) => (isKept(attributes, [seed, step], i) ? element / (1 - attributes.rate) : 0));
}
