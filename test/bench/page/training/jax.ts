/** Training with jax-js on WebGPU: loss, gradients and Adam's update in one function under its `jit`. */
import { defaultDevice, init } from '@jax-js/jax';
import type { Load } from '../runtime.ts';
import { prepareHead } from './jax-head.ts';
import { prepareMobilenet } from './jax-mobilenet.ts';

export const load: Load = async (task, fetch) => {
  const build = await (task.workload === 'train-head' ? prepareHead : prepareMobilenet)(task, fetch);
  return async () => {
    if (!(await init('webgpu')).includes('webgpu')) {
      throw new Error('jax-js cannot open its WebGPU device; look at its message in the console.');
    }
    defaultDevice('webgpu');
    const step = build();
    return async () => [Float32Array.of(await step())];
  };
};
