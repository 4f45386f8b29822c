/**
 * Counter-based random numbers: a pure function of (seed, counter), so any element can be drawn alone, in any order,
 * on the CPU or in a shader, with the same bits.
 *
 * Source: Jarzynski and Olano, "Hash Functions for GPU Rendering" (Journal of Computer Graphics Techniques 9(3),
 * 2020), the generator `pcg2d`.
 */

/** 32 random bits, 0 … 2³² − 1. Seed and counter are taken modulo 2³². */
export function randomBits(seed: number, counter: number): number {
  let x = (Math.imul(counter, 1664525) + 1013904223) | 0;
  let y = (Math.imul(seed, 1664525) + 1013904223) | 0;
  x = (x + Math.imul(y, 1664525)) | 0;
  y = (y + Math.imul(x, 1664525)) | 0;
  x ^= x >>> 16;
  y ^= y >>> 16;
  x = (x + Math.imul(y, 1664525)) | 0;
  y = (y + Math.imul(x, 1664525)) | 0;
  x ^= x >>> 16;
  return x >>> 0;
}

/** A number in [0, 1), of 24 bits, so exact in float32. */
export function uniform(seed: number, counter: number): number {
  return (randomBits(seed, counter) >>> 8) / 0x1000000;
}
