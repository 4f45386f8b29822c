/**
 * The factor that makes a gradient at most so long, from the square of its length.
 *
 * Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (ICML 2013), algorithm 1.
 *
 * Shapes: square of the length `[1]` → factor `[1]`.
 */
import type { KernelProblem } from './kernel.ts';
import { bitsOf, mapElements } from './map-elements.ts';

export interface ClipFactorProblem extends KernelProblem {
  readonly maximum: number;
}

export const clipFactor = mapElements<ClipFactorProblem>({
  name: 'clip_factor',
  formula: 'y = min(1, maximum / √x)',
  operands: ['x'],
  operations: 3,
  sizes: ({ maximum }) => ({ maximum: bitsOf(maximum) }),
  takesVectors: () => false,
  // NaN stays NaN; nothing is divided by zero.
  result: () =>
    'select(1.0, bitcast<f32>(sizes.maximum) / sqrt(x), !(sqrt(x) <= bitcast<f32>(sizes.maximum)))',
});
