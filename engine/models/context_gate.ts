/**
 * Context gating: a vector decides which of its own elements matter.
 *
 * Source: Miech, Laptev and Sivic, "Learnable pooling with Context Gating for video classification" (arXiv 1706.06905),
 * equation 1; equation 3 of Demochkin and Savchenko, "Visual product recommendation using neural aggregation network
 * and context gating".
 */
import { add, multiply, sigmoid } from '../graph/elementwise.ts';
import { parameter } from '../graph/leaf.ts';
import { matmul } from '../graph/matmul.ts';
import { named, type Value } from '../graph/value.ts';

/**
 * `y = σ(W x + b) ∘ x`, with parameters `NAME/kernel` (the transpose of W, `[K, K]`) and `NAME/bias` `[K]`.
 *
 * @param x `[B, K]`
 * @returns `gate`, the mask σ(W x + b) between 0 and 1, and `gated`; both `[B, K]`
 */
export function contextGate(x: Value, name = 'gate'): { readonly gate: Value; readonly gated: Value } {
  const features = x.shape[1]!;
  const kernel = parameter(`${name}/kernel`, [features, features]);
  const gate = named(name, sigmoid(add(matmul(x, kernel), parameter(`${name}/bias`, [features]))));
  return { gate, gated: named(`${name}/output`, multiply(gate, x)) };
}
