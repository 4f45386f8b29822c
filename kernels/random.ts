/**
 * Counter-based random numbers in WGSL: the same bits as those of the engine's `random.ts`.
 *
 * Source: Jarzynski and Olano, "Hash Functions for GPU Rendering" (Journal of Computer Graphics Techniques 9(3), 2020),
 * the generator `pcg2d`.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import type { Lanes } from './storage.ts';

/**
 * WGSL for `random_bits(seed, counter) -> U`, 32 random bits.
 *
 * @param lanes U is `u32`, or `vec4<u32>` for four seeds and counters
 */
export function randomBitsCode(lanes: Lanes): string {
  const type = lanes === 4 ? 'vec4<u32>' : 'u32';
  const name = lanes === 4 ? 'random_bits_of_four' : 'random_bits';
  return wgsl`
fn ${name}(seed: ${type}, counter: ${type}) -> ${type} {
  let a = counter * 1664525u + 1013904223u;
  let b = seed * 1664525u + 1013904223u;
  let c = a + b * 1664525u;
  let d = b + c * 1664525u;
  let e = c ^ (c >> ${lanes === 4 ? 'vec4<u32>(16u)' : '16u'});
  let f = d ^ (d >> ${lanes === 4 ? 'vec4<u32>(16u)' : '16u'});
  let g = e + f * 1664525u;
  return g ^ (g >> ${lanes === 4 ? 'vec4<u32>(16u)' : '16u'});
}`;
}
