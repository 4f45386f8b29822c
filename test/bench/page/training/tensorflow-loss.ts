/** Loss and optimiser of both training tasks in TensorFlow.js. */
import * as tf from '@tensorflow/tfjs-core';
import { adam, positiveWeight, type Training } from '../../tasks.ts';

export function optimizerOf({ learningRate }: Training): tf.AdamOptimizer {
  return tf.train.adam(learningRate, adam.beta1, adam.beta2, adam.epsilon);
}

/**
 * Binary cross-entropy from logits z of targets t, element by element: −(p t ln σ(z) + (1 − t) ln(1 − σ(z))), which is
 * (1 − t) z + (1 + (p − 1) t) softplus(−z).
 */
export function crossEntropy(targets: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  const negative = tf.mul(tf.sub(1, targets), logits);
  const weights = tf.add(tf.mul(targets, positiveWeight - 1), 1);
  return tf.add(negative, tf.mul(weights, tf.softplus(tf.neg(logits))));
}
