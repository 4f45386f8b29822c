/** A fine-tuning step of MobileNet v1 in TensorFlow.js: a model of its layers, and `trainOnBatch`. */
import * as tf from '@tensorflow/tfjs-core';
import * as layered from '@tensorflow/tfjs-layers';
import { featureCount, kernelSize, layers } from '../../network.ts';
import { normalization, type Task, type Training } from '../../tasks.ts';
import { type Fetch, fetchWeights } from '../runtime.ts';
import { fetchBatches } from './batches.ts';
import { crossEntropy, optimizerOf } from './tensorflow-loss.ts';

function buildModel({ imageSize, targets }: Training): layered.Sequential {
  const model = layered.sequential();
  layers.forEach((layer, index) => {
    const { kind, stride, inputs, outputs } = layer;
    const options = {
      kernelSize: kernelSize(layer),
      strides: stride,
      padding: 'same' as const,
      useBias: false,
      ...(index === 0 ? { inputShape: [imageSize, imageSize, inputs] } : {}),
    };
    const convolutions = {
      full: () => layered.layers.conv2d({ ...options, filters: outputs }),
      depthwise: () => layered.layers.depthwiseConv2d(options),
      // A 1×1 convolution is a dense layer of every pixel, whose step is twice as fast here.
      pointwise: () => layered.layers.dense({ units: outputs, useBias: false }),
    };
    model.add(convolutions[kind]());
    model.add(layered.layers.batchNormalization(normalization));
    model.add(layered.layers.activation({ activation: 'relu6' }));
  });
  model.add(layered.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }));
  model.add(layered.layers.dense({ units: targets }));
  return model;
}

/** In the order of the model's layers, three for each convolution; averages of batch normalisation begin at 0 and 1. */
function setWeights(model: layered.Sequential, weights: Readonly<Record<string, Float32Array>>): void {
  layers.forEach((layer, index) => {
    const { name, kind, inputs, outputs } = layer;
    const size = kernelSize(layer);
    const shapes = {
      full: [size, size, inputs, outputs],
      // TensorFlow's depthwise kernels end with a channel multiplier, here 1.
      depthwise: [size, size, inputs, 1],
      pointwise: [inputs, outputs],
    };
    model.layers[3 * index]!.setWeights([tf.tensor(weights[`${name}/kernel`]!, shapes[kind])]);
    model.layers[3 * index + 1]!.setWeights([
      tf.tensor1d(weights[`${name}/scale`]!),
      tf.tensor1d(weights[`${name}/shift`]!),
      tf.zeros([outputs]),
      tf.ones([outputs]),
    ]);
  });
  const bias = weights['classifier/bias']!;
  model.layers
    .at(-1)!
    .setWeights([tf.tensor2d(weights['classifier/kernel']!, [featureCount, bias.length]), tf.tensor1d(bias)]);
}

/** @returns what puts the weights on the GPU and gives the step, which answers with its loss */
export async function prepareMobilenet(task: Task, fetch: Fetch): Promise<() => () => Promise<number>> {
  const { photos, training } = task;
  const { imageSize, targets } = training!;
  const [weights, batches] = await Promise.all([
    fetchWeights(fetch, 'normalized.safetensors'),
    fetchBatches(task, 'nhwc', fetch),
  ]);
  return () => {
    const model = buildModel(training!);
    tf.tidy(() => setWeights(model, weights));
    model.compile({ optimizer: optimizerOf(training!), loss: crossEntropy });
    let steps = 0;
    return async () => {
      const batch = batches[steps++ % batches.length]!;
      const x = tf.tensor4d(batch.examples, [photos, imageSize, imageSize, 3]);
      const y = tf.tensor2d(batch.targets, [photos, targets]);
      const loss = await model.trainOnBatch(x, y);
      tf.dispose([x, y]);
      return loss as number;
    };
  };
}
