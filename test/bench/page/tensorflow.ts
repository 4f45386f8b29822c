/**
 * TensorFlow.js, WebGPU backend. The model is built of its fused operations (convolution, bias and ReLU6 in one
 * kernel), which is what its own converter makes of MobileNet. All flags have their defaults.
 */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import { classCount, featureCount, imageSize, kernelSize, layers } from '../network.ts';
import type { Prepare } from './runtime.ts';

export const prepare: Prepare = (weights, image, batch) => async () => {
  if (!(await tf.setBackend('webgpu'))) {
    throw new Error('TensorFlow.js cannot open its WebGPU backend; look at its message in the console.');
  }
  await tf.ready();
  const convolutions = layers.map((layer) => {
    const { name, kind, stride, inputs, outputs } = layer;
    const size = kernelSize(layer);
    const kernel = weights[`${name}/kernel`]!;
    return {
      kind,
      stride,
      // TensorFlow's depthwise kernels end with a channel multiplier, here 1.
      filter: tf.tensor4d(
        kernel,
        kind === 'depthwise' ? [size, size, inputs, 1] : [size, size, inputs, outputs],
      ),
      bias: tf.tensor1d(weights[`${name}/bias`]!),
    };
  });
  const classifier = tf.tensor2d(weights['classifier/kernel']!, [featureCount, classCount]);
  const classifierBias = tf.tensor1d(weights['classifier/bias']!);

  return async () => {
    const [features, probabilities] = tf.tidy(() => {
      let x = tf.tensor4d(image, [batch, imageSize, imageSize, 3]);
      for (const { kind, stride, filter, bias } of convolutions) {
        const convolution = kind === 'depthwise' ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
        x = convolution({ x, filter, strides: stride, pad: 'same', bias, activation: 'relu6' });
      }
      const pooled = tf.mean(x, [1, 2]);
      const logits = tf.fused.matMul({ a: pooled, b: classifier, bias: classifierBias });
      return [pooled, tf.softmax(logits)] as const;
    });
    const answer = await Promise.all([features.data(), probabilities.data()]);
    features.dispose();
    probabilities.dispose();
    return { features: answer[0], probabilities: answer[1] };
  };
};
