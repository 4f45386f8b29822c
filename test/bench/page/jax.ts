/** jax-js on WebGPU: an ONNX model of the same weights, compiled by its `jit`, as its documentation advises. */
import { defaultDevice, init, jit, numpy } from '@jax-js/jax';
import { ONNXModel } from '@jax-js/onnx';
import { fetchOnnx } from './onnx-inputs.ts';
import type { Load } from './runtime.ts';

export const load: Load = async (task, fetch) => {
  const { model: bytes, inputs } = await fetchOnnx(task, fetch);
  return async () => {
    if (!(await init('webgpu')).includes('webgpu')) {
      throw new Error('jax-js cannot open its WebGPU device; look at its message in the console.');
    }
    defaultDevice('webgpu');
    const model = new ONNXModel(bytes);
    const run = jit((given: Record<string, numpy.Array>) => model.run(given));
    return async () => {
      // A call takes ownership of its arguments, and `data` gives its array's memory back: nothing is left to dispose.
      const outputs = run(
        Object.fromEntries(inputs.map(({ name, shape, data }) => [name, numpy.array(data, { shape })])),
      );
      return Promise.all(task.outputs.map(async ({ name }) => (await outputs[name]!.data()) as Float32Array));
    };
  };
};
