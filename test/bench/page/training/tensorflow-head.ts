/**
 * A training step of the head in TensorFlow.js: its core operations under `optimizer.minimize`, since its layers have no
 * ragged collections.
 */
import * as tf from '@tensorflow/tfjs-core';
import { featureCount } from '../../network.ts';
import { categoryCount, hiddenCount, type Task } from '../../tasks.ts';
import { type Fetch, fetchNumbers, fetchWeights } from '../runtime.ts';
import { fetchBatches } from './batches.ts';
import { crossEntropy, optimizerOf } from './tensorflow-loss.ts';

type Variables = Readonly<Record<string, tf.Variable>>;

/** Pools with a block's query: a column for all collections `[K, 1]`, or a row for each `[C, K]`. */
type Attend = (query: tf.Tensor2D, perCollection: boolean) => tf.Tensor2D;

/**
 * All photos in one matrix: `x` `[N, K]`, `mask` `[C, N]` that says which belong to a collection. Padding collections to the
 * longest, with batched products or with element-wise ones and sums, was slower here.
 */
function attendMembers(x: tf.Tensor2D, mask: tf.Tensor2D): Attend {
  return (query, perCollection) => {
    const products = perCollection
      ? tf.matMul(query, x, false, true)
      : tf.reshape<tf.Rank.R2>(tf.matMul(x, query), [1, x.shape[0]]);
    return tf.matMul(tf.softmax(tf.add<tf.Tensor2D>(products, mask)), x);
  };
}

function shapeOf(name: string, { length }: Float32Array): number[] {
  if (name === 'attention1/query') return [featureCount, 1];
  if (!name.endsWith('/kernel')) return [length];
  const inputs = name === 'output/kernel' ? hiddenCount : featureCount;
  return [inputs, length / inputs];
}

function logitsOf(variables: Variables, attend: Attend, dropout: number): tf.Tensor {
  const dense = (name: string, x: tf.Tensor2D) =>
    tf.add<tf.Tensor2D>(tf.matMul(x, variables[`${name}/kernel`] as tf.Tensor2D), variables[`${name}/bias`]!);
  const first = attend(variables['attention1/query'] as tf.Tensor2D, false);
  const second = attend(tf.tanh(dense('attention2', first)), true);
  const gated = tf.mul<tf.Tensor2D>(tf.sigmoid(dense('gate', second)), second);
  const hidden = tf.relu(dense('hidden', gated));
  return dense('output', dropout > 0 ? (tf.dropout(hidden, dropout) as tf.Tensor2D) : hidden);
}

/** @returns what puts the weights on the GPU and gives the step, which answers with its loss */
export async function prepareHead(task: Task, fetch: Fetch): Promise<() => () => Promise<number>> {
  const { name, photos, training } = task;
  const { examples, dropout } = training!;
  const [weights, batches, members] = await Promise.all([
    fetchWeights(fetch, 'head.safetensors'),
    fetchBatches(task, 'ragged', fetch),
    fetchNumbers(fetch, `${name}.members`),
  ]);
  return () => {
    const optimizer = optimizerOf(training!);
    const variables: Record<string, tf.Variable> = {};
    tf.tidy(() => {
      for (const [key, data] of Object.entries(weights)) {
        variables[key] = tf.variable(tf.tensor(data, shapeOf(key, data)));
      }
    });
    let steps = 0;
    return async () => {
      const batch = batches[steps++ % batches.length]!;
      const loss = tf.tidy(() => {
        const x = tf.tensor2d(batch.examples, [photos, featureCount]);
        const targets = tf.tensor2d(batch.targets, [examples, categoryCount]);
        const attend = attendMembers(x, tf.tensor2d(members, [examples, photos]));
        return optimizer.minimize(
          () => tf.mean(crossEntropy(targets, logitsOf(variables, attend, dropout))),
          true,
          Object.values(variables),
        )!;
      });
      const [value] = await loss.data();
      loss.dispose();
      return value!;
    };
  };
}
