/** Losses from logits, and their gradients. */
import { ShapeError } from '../errors.ts';
import { requireRank, shapesDisagree } from './check.ts';
import { mean, requireOne } from './sums.ts';
import { type OperationKind, type Value, value } from './value.ts';

function requireTargets(kind: OperationKind, logits: Value, targets: Value): void {
  requireRank(kind, 'logits', logits, 2);
  requireRank(kind, 'targets', targets, 2);
  if (`${logits.shape}` !== `${targets.shape}`) {
    shapesDisagree(kind, 'logits and targets must have the same shape', logits, targets);
  }
}

/**
 * The mean over all elements of `−(p t ln σ(z) + (1 − t) ln(1 − σ(z)))`, finite for any finite logits.
 *
 * Source: TensorFlow, `tf.nn.weighted_cross_entropy_with_logits`.
 *
 * @param logits z `[B, D]`
 * @param targets t `[B, D]`, from 0 to 1
 * @param positiveWeight p > 0, weight of the positive term alone. Default 1
 * @returns `[1]`
 */
export function binaryCrossEntropy(
  logits: Value,
  targets: Value,
  { positiveWeight = 1 }: { readonly positiveWeight?: number } = {},
): Value {
  requireTargets('binary_cross_entropy', logits, targets);
  if (!(positiveWeight > 0 && positiveWeight < Number.POSITIVE_INFINITY)) {
    throw new ShapeError(
      `binary_cross_entropy: the positive weight must be above 0 and finite, but it is ${positiveWeight}.`,
    );
  }
  return value({ kind: 'binary_cross_entropy', positiveWeight }, [logits, targets], [1]);
}

/**
 * The gradient of `binaryCrossEntropy` with respect to the logits: `dy ((1 − t) σ(z) − p t σ(−z)) / (B D)`.
 *
 * @param dy `[1]`
 * @returns `[B, D]`
 */
export function binaryCrossEntropyGradient(
  logits: Value,
  targets: Value,
  dy: Value,
  { positiveWeight = 1 }: { readonly positiveWeight?: number } = {},
): Value {
  requireTargets('binary_cross_entropy_gradient', logits, targets);
  requireOne('binary_cross_entropy_gradient', 'dy', dy);
  return value(
    { kind: 'binary_cross_entropy_gradient', positiveWeight },
    [logits, targets, dy],
    logits.shape,
  );
}

/**
 * The mean over all rows of `−Σ_d t[d] ln softmax(z)[d]`, finite for any finite logits.
 *
 * Source: Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs" (1990), equation 7.
 *
 * @param logits z `[B, D]`
 * @param targets t `[B, D]`, for example one 1 a row
 * @returns `[1]`
 */
export function softmaxCrossEntropy(logits: Value, targets: Value): Value {
  return mean(softmaxCrossEntropyOfRows(logits, targets));
}

/** `[B, D]`, `[B, D]` → `[B]`: `softmaxCrossEntropy` before the mean. */
export function softmaxCrossEntropyOfRows(logits: Value, targets: Value): Value {
  requireTargets('softmax_cross_entropy', logits, targets);
  return value({ kind: 'softmax_cross_entropy' }, [logits, targets], [logits.shape[0]!]);
}

/**
 * The gradient of `softmaxCrossEntropyOfRows` with respect to the logits: `dy[b] (softmax(z) Σ_d t[d] − t)`.
 *
 * @param dy `[B]`
 * @returns `[B, D]`
 */
export function softmaxCrossEntropyGradient(logits: Value, targets: Value, dy: Value): Value {
  requireTargets('softmax_cross_entropy_gradient', logits, targets);
  requireRank('softmax_cross_entropy_gradient', 'dy', dy, 1);
  if (dy.shape[0] !== logits.shape[0]) {
    shapesDisagree('softmax_cross_entropy_gradient', 'dy needs one number for each row', logits, dy);
  }
  return value({ kind: 'softmax_cross_entropy_gradient' }, [logits, targets, dy], logits.shape);
}
