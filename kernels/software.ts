/** Which software adapter a target is, as far as defaults care. */
import type { KernelTarget } from './kernel.ts';

/**
 * Whether long unrolled shaders pay off on this software adapter.
 *
 * SwiftShader compiles quickly and simply, and long tiles save it loads, on which it spends most of its time.
 * Lavapipe compiles through LLVM: with `quad-28x1` instead of `quad-16x1` the first call of MobileNet v1 takes 5.5 s
 * instead of 4.0, and the next are no faster, for it holds what it loads in registers anyhow. The two are told apart by
 * `shader-f16`, which lavapipe has and SwiftShader has not.
 */
export function likesLongShaders({ software, features }: KernelTarget): boolean {
  return software && !features.has('shader-f16');
}
