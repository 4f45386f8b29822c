/** Training with TensorFlow.js on its WebGPU backend. All flags have their defaults. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import type { Load } from '../runtime.ts';
import { prepareHead } from './tensorflow-head.ts';
import { prepareMobilenet } from './tensorflow-mobilenet.ts';

export const load: Load = async (task, fetch) => {
  const build = await (task.workload === 'train-head' ? prepareHead : prepareMobilenet)(task, fetch);
  return async () => {
    if (!(await tf.setBackend('webgpu'))) {
      throw new Error('TensorFlow.js cannot open its WebGPU backend; look at its message in the console.');
    }
    await tf.ready();
    const step = build();
    return async () => [Float32Array.of(await step())];
  };
};
