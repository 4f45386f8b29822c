/**
 * Dropout: each element is 0 with probability `rate`, else what makes up for those that are.
 *
 * Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (JMLR 15, 2014), section
 * 4, with the scaling at training time ("inverted dropout").
 *
 * Shapes: x, any number of dimensions, counter `uint32 [2]` (seed, step) → y, as x. Element i stays where
 * u(h, i) ≥ rate, h = bits(bits(seed, step), stream), with the generator of `random.ts`: the mask is a pure function of seed,
 * step, stream and place, so the backward pass computes it again instead of reading it.
 */
import type { KernelProblem } from './kernel.ts';
import { bitsOf, mapElements } from './map-elements.ts';
import { randomBitsCode } from './random.ts';

export interface DropoutProblem extends KernelProblem {
  /** From 0, below 1. */
  readonly rate: number;
  /** Tells the dropouts of one graph apart: a whole number. */
  readonly stream: number;
}

export const dropout = mapElements<DropoutProblem>({
  name: 'dropout',
  formula: 'y[i] = x[i] / (1 − rate) where u(h(seed, step, stream), i) ≥ rate, else 0',
  operands: ['x', 'counter*'],
  operations: 1,
  sizes: ({ rate, stream }) => ({
    stream: stream >>> 0,
    // u is a multiple of 2⁻²⁴: u ≥ rate as whole numbers, so that no rounding decides.
    first_kept: Math.ceil(rate * 0x1000000),
    kept_factor: bitsOf(1 / (1 - rate)),
  }),
  declarations: (_, lanes) => `${randomBitsCode(1)}${lanes === 4 ? randomBitsCode(4) : ''}
fn is_kept(index: u32) -> ${lanes === 4 ? 'vec4<bool>' : 'bool'} {
  let key = random_bits(random_bits(counter[0], counter[1]), sizes.stream);
${
  lanes === 4
    ? `  let places = 4u * index + vec4<u32>(0u, 1u, 2u, 3u);
  return (random_bits_of_four(vec4<u32>(key), places) >> vec4<u32>(8u)) >= vec4<u32>(sizes.first_kept);`
    : '  return (random_bits(key, index) >> 8u) >= sizes.first_kept;'
}
}`,
  result: (_, lanes) =>
    `select(${lanes === 4 ? 'vec4<f32>()' : '0.0'}, x * bitcast<f32>(sizes.kept_factor), is_kept(index))`,
});
