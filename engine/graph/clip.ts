/** Gradients that are too long are shortened. */
import { add } from './elementwise.ts';
import { sumOfSquares } from './sums.ts';
import { named, type Value, value } from './value.ts';

/**
 * `min(1, maximum / √(Σ g²))` over all elements of all gradients: the factor that makes them, as one vector, at most
 * `maximum` long.
 *
 * Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (ICML 2013), algorithm 1.
 *
 * @param gradients of any shapes, at least one
 * @returns `[1]`
 */
export function clipFactor(gradients: readonly Value[], maximum: number): Value {
  const squares = gradients.map(sumOfSquares).reduce((sum, part) => add(sum, part));
  return named('clip', value({ kind: 'clip_factor', maximum }, [squares], [1]));
}
