/** jax-js on WebGPU: an ONNX model of the same weights, compiled by its `jit`, as its documentation advises. */
import { defaultDevice, init, jit, numpy } from '@jax-js/jax';
import { ONNXModel } from '@jax-js/onnx';
import { imagesToChannelsFirst } from '../layout.ts';
import { imageSize } from '../network.ts';
import { mobilenetOnnx } from './onnx-model.ts';
import type { Prepare } from './runtime.ts';

export const prepare: Prepare = (weights, image, batch) => {
  // ONNX is channels-first; the input is given so, which costs jax-js nothing in the timed part.
  const channelsFirst = imagesToChannelsFirst(image, [batch, imageSize, imageSize, 3]);
  const bytes = mobilenetOnnx(weights, batch);
  return async () => {
    if (!(await init('webgpu')).includes('webgpu')) {
      throw new Error('jax-js cannot open its WebGPU device; look at its message in the console.');
    }
    defaultDevice('webgpu');
    const model = new ONNXModel(bytes);
    const run = jit((image: numpy.Array) => model.run({ image }));
    return async () => {
      const { features, probabilities } = run(
        numpy.array(channelsFirst, { shape: [batch, 3, imageSize, imageSize] }),
      );
      // `data` gives the array's memory back.
      const answer = await Promise.all([features!.data(), probabilities!.data()]);
      return { features: answer[0] as Float32Array, probabilities: answer[1] as Float32Array };
    };
  };
};
