/** Which software adapter a target is, as far as defaults care. */
import type { KernelTarget } from './kernel.ts';

/**
 * Whether long unrolled shaders pay off on this software adapter.
 *
 * SwiftShader compiles quickly and simply, and long tiles save it loads, on which it spends most of its time.
 * Lavapipe compiles through LLVM, which takes 7.6 s over a matrix tile of 14×4 vectors and 1.2 s over one of 7×2, and
 * holds what it loads in registers anyhow. The two are told apart by `shader-f16`, which lavapipe has and SwiftShader
 * has not.
 */
export function likesLongShaders({ software, features }: KernelTarget): boolean {
  return software && !features.has('shader-f16');
}
