/**
 * Binary cross-entropy from logits, with a weight on the positive term, and its gradient.
 *
 * Source: TensorFlow, `tf.nn.weighted_cross_entropy_with_logits`: with σ the sigmoid and p the positive weight,
 * `p t · (−ln σ(z)) + (1 − t) · (−ln(1 − σ(z)))`, here by `−ln(1 − σ(z)) = softplus(z)` and `−ln σ(z) = softplus(−z)`, where
 * `softplus(z) = max(z, 0) + ln(1 + e^−|z|)` neither overflows nor cancels.
 *
 * Shapes: logits z `[B, D]`, targets t `[B, D]` from 0 to 1 → `[1]`, the mean over all elements. The gradient takes z, t and
 * the gradient of the mean `[1]` → `[B, D]`: `((1 − t) σ(z) − p t σ(−z)) / (B D)`, each term without cancellation.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import type { KernelProblem } from './kernel.ts';
import { bitsOf, mapElements } from './map-elements.ts';
import { elementCount, type Lanes, realType } from './storage.ts';
import { sumElements } from './sum-elements.ts';

export interface BinaryCrossEntropyProblem extends KernelProblem {
  /** p: what a missed positive costs, in missed negatives. */
  readonly positiveWeight: number;
}

/**
 * WGSL for `decay(z)`: e^−|z|, written with `select`, so that NaN stays NaN; and `log_of_one_plus(u)`: ln(1 + u) for u in
 * [0, 1], as 2 artanh(u / (2 + u)) by its series to the 15th power, right to float32 where ln(1 + u) itself would lose u.
 */
function functions(lanes: Lanes): string {
  const type = realType(lanes);
  const series = [15, 13, 11, 9, 7, 5, 3].reduce(
    (sum, power) => (sum === '' ? `${type}(${2 / power})` : `(${type}(${2 / power}) + q * ${sum})`),
    '',
  );
  return wgsl`
fn decay(z: ${type}) -> ${type} {
  let size = select(z, -z, z < ${type}(0.0));
  return exp(-select(size, ${type}(87.0), size > ${type}(87.0)));
}
fn log_of_one_plus(u: ${type}) -> ${type} {
  let s = u / (2.0 + u);
  let q = s * s;
  return s * (2.0 + q * ${series});
}`;
}

function weight({ positiveWeight }: BinaryCrossEntropyProblem): Record<string, number> {
  return { positive_weight: bitsOf(positiveWeight) };
}

export const binaryCrossEntropy = sumElements<BinaryCrossEntropyProblem>({
  name: 'binary_cross_entropy',
  formula: 'y = mean over all of (1 − t) softplus(z) + p t softplus(−z)',
  operands: ['z', 't'],
  operations: 24,
  mean: true,
  sizes: weight,
  declarations: (lanes) => wgsl`${functions(lanes)}
fn term(z: ${realType(lanes)}, t: ${realType(lanes)}) -> ${realType(lanes)} {
  let zero = ${realType(lanes)}(0.0);
  let both = log_of_one_plus(decay(z));
  let positive = t * bitcast<f32>(sizes.positive_weight);
  return (1.0 - t) * (select(z, zero, z < zero) + both) + positive * (select(-z, zero, z > zero) + both);
}`,
});

export const binaryCrossEntropyGradient = mapElements<BinaryCrossEntropyProblem>({
  name: 'binary_cross_entropy_gradient',
  formula: 'dz = dy ((1 − t) σ(z) − p t σ(−z)) / (B D)',
  operands: ['z', 't', 'dy*'],
  operations: 12,
  sizes: (problem) => ({ ...weight(problem), mean_factor: bitsOf(1 / elementCount(problem.output.shape)) }),
  declarations: (_, lanes) => wgsl`${functions(lanes)}
fn gradient(z: ${realType(lanes)}, t: ${realType(lanes)}) -> ${realType(lanes)} {
  let u = decay(z);
  let larger = 1.0 / (1.0 + u);
  let smaller = u * larger;
  let isNegative = z < ${realType(lanes)}(0.0);
  let negative = (1.0 - t) * select(larger, smaller, isNegative);
  return negative - bitcast<f32>(sizes.positive_weight) * t * select(smaller, larger, isNegative);
}`,
  result: () => 'gradient(z, t) * (bitcast<f32>(sizes.mean_factor) * f32(dy[0]))',
});
