/** The exponential inside every softmax. */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { type Lanes, realType } from './storage.ts';

/**
 * WGSL for `exp(a − b)` where a ≤ b, right for any finite a and b. `a − b` itself could overflow, and a shader
 * compiler may assume that no infinity exists; half of each cannot, and halving is exact. Below −104 the result
 * is less than any float32, so the exponent stops there. NaN cannot arise: every maximum starts with a real score.
 * Where a NaN is handed in, the result is undefined: WGSL lets implementations assume that there is none ("Floating
 * Point Evaluation"). The reference passes it on.
 *
 * @param lanes 1 for scalars, 4 for `vec4` of them
 */
export function exponentialOfDifference(lanes: Lanes = 1): string {
  const real = realType(lanes);
  return wgsl`
fn exponential_of_difference(a: ${real}, b: ${real}) -> ${real} {
  return exp(2.0 * max(0.5 * a - 0.5 * b, ${real}(-52.0)));
}`;
}
