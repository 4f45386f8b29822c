/**
 * TensorFlow.js, WebGPU backend. The model is built of its fused operations (convolution, bias and ReLU6 in one
 * kernel), which is what its own converter makes of MobileNet. All flags have their defaults.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import { classCount, featureCount, imageSize, kernelSize, layers } from '../network.ts';
import { categoryCount, hiddenCount, type Task } from '../tasks.ts';
import { fetchNumbers, fetchWeights, type Load } from './runtime.ts';

type Activation = 'linear' | 'relu' | 'sigmoid';
type Weights = Readonly<Record<string, Float32Array>>;

/** MobileNet up to its features: `[B, 224, 224, 3]` to `[B, 1024]`. */
function buildFeatures(weights: Weights): (image: tf.Tensor4D) => tf.Tensor2D {
  const convolutions = layers.map((layer) => {
    const { name, kind, stride, inputs, outputs } = layer;
    const size = kernelSize(layer);
    // TensorFlow's depthwise kernels end with a channel multiplier, here 1.
    const shape: [number, number, number, number] =
      kind === 'depthwise' ? [size, size, inputs, 1] : [size, size, inputs, outputs];
    return {
      convolve: kind === 'depthwise' ? tf.fused.depthwiseConv2d : tf.fused.conv2d,
      strides: stride,
      filter: tf.tensor4d(weights[`${name}/kernel`]!, shape),
      bias: tf.tensor1d(weights[`${name}/bias`]!),
    };
  });
  return (image) => {
    let x = image;
    for (const { convolve, strides, filter, bias } of convolutions) {
      x = convolve({ x, filter, strides, pad: 'same', bias, activation: 'relu6' });
    }
    return tf.mean<tf.Tensor2D>(x, [1, 2]);
  };
}

function buildDense(weights: Weights, name: string, inputs: number, outputs: number) {
  const b = tf.tensor2d(weights[`${name}/kernel`]!, [inputs, outputs]);
  const bias = tf.tensor1d(weights[`${name}/bias`]!);
  return (a: tf.Tensor2D, activation: Activation = 'linear') =>
    tf.fused.matMul({ a, b, bias, activation }) as tf.Tensor2D;
}

/** Pools with a block's query: a column for all collections `[K, 1]`, or a row for each `[C, K]`. */
type Attend = (query: tf.Tensor2D, perCollection: boolean) => tf.Tensor2D;

/** The head but for how collections are laid out. */
function buildHead(weights: Weights): (attend: Attend) => tf.Tensor2D {
  const query = tf.tensor2d(weights['attention1/query']!, [featureCount, 1]);
  const second = buildDense(weights, 'attention2', featureCount, featureCount);
  const gate = buildDense(weights, 'gate', featureCount, featureCount);
  const hidden = buildDense(weights, 'hidden', featureCount, hiddenCount);
  const output = buildDense(weights, 'output', hiddenCount, categoryCount);
  return (attend) => {
    const pooled = attend(tf.tanh(second(attend(query, false))), true);
    return output(hidden(tf.mul(gate(pooled, 'sigmoid'), pooled), 'relu'), 'sigmoid');
  };
}

/** Collections padded to the longest: `x` `[C, M, K]`, `mask` `[C, M]`. */
function attendPadded(x: tf.Tensor3D, mask: tf.Tensor2D): Attend {
  const [collections, longest, width] = x.shape;
  const rows = tf.reshape<tf.Rank.R2>(x, [collections * longest, width]);
  return (query, perCollection) => {
    const products = perCollection
      ? tf.matMul(x, tf.reshape<tf.Rank.R3>(query, [collections, width, 1]))
      : tf.matMul(rows, query);
    const weights = tf.softmax(tf.add(tf.reshape(products, [collections, longest]), mask));
    const sums = tf.matMul(tf.reshape<tf.Rank.R3>(weights, [collections, 1, longest]), x);
    return tf.reshape<tf.Rank.R2>(sums, [collections, width]);
  };
}

/** All photos in one matrix: `x` `[N, K]`, `mask` `[C, N]` that says which belong to a collection. */
function attendMembers(x: tf.Tensor2D, mask: tf.Tensor2D): Attend {
  return (query, perCollection) => {
    const products = perCollection
      ? tf.matMul(query, x, false, true)
      : tf.reshape<tf.Rank.R2>(tf.matMul(x, query), [1, x.shape[0]]);
    return tf.matMul(tf.softmax(tf.add<tf.Tensor2D>(products, mask)), x);
  };
}

/** Puts the weights on the GPU and gives the function that uploads the input and computes. */
type Build = () => () => readonly tf.Tensor[];

async function prepare(task: Task, fetch: Parameters<Load>[1]): Promise<Build> {
  const { name, workload, photos, counts } = task;
  const collections = counts.length;
  if (workload === 'head') {
    const [weights, features, mask] = await Promise.all([
      fetchWeights(fetch, 'head.safetensors'),
      fetchNumbers(fetch, `${name}.padded`),
      fetchNumbers(fetch, `${name}.mask`),
    ]);
    const longest = Math.max(...counts);
    return () => {
      const head = buildHead(weights);
      return () => {
        const x = tf.tensor3d(features, [collections, longest, featureCount]);
        return [head(attendPadded(x, tf.tensor2d(mask, [collections, longest])))];
      };
    };
  }
  const [weights, pixels] = await Promise.all([
    fetchWeights(fetch, 'mobilenet.safetensors'),
    fetchNumbers(fetch, `image-${photos}.nhwc`),
  ]);
  const image = () => tf.tensor4d(pixels, [photos, imageSize, imageSize, 3]);
  if (workload === 'mobilenet') {
    return () => {
      const features = buildFeatures(weights);
      const classify = buildDense(weights, 'classifier', featureCount, classCount);
      return () => {
        const pooled = features(image());
        return [pooled, tf.softmax(classify(pooled))];
      };
    };
  }
  const [headWeights, mask] = await Promise.all([
    fetchWeights(fetch, 'head.safetensors'),
    fetchNumbers(fetch, `${name}.mask`),
  ]);
  return () => {
    const features = buildFeatures(weights);
    const head = buildHead(headWeights);
    return () => [head(attendMembers(features(image()), tf.tensor2d(mask, [collections, photos])))];
  };
}

export const load: Load = async (task, fetch) => {
  const build = await prepare(task, fetch);
  return async () => {
    if (!(await tf.setBackend('webgpu'))) {
      throw new Error('TensorFlow.js cannot open its WebGPU backend; look at its message in the console.');
    }
    await tf.ready();
    const compute = build();
    return async () => {
      const outputs = tf.tidy(() => [...compute()]);
      const answer = await Promise.all(outputs.map((output) => output.data<'float32'>()));
      tf.dispose(outputs);
      return answer;
    };
  };
};
