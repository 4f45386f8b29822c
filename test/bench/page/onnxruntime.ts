/**
 * ONNX Runtime Web, WebGPU execution provider. It takes its WebAssembly file from beside its script, and instantiates it
 * when the first session is made.
 */
import * as ort from 'onnxruntime-web/webgpu';
import { fetchOnnx } from './onnx-inputs.ts';
import type { Load } from './runtime.ts';

// It warns that shape operations run on the CPU, which is what it intends.
ort.env.logLevel = 'error';

export const load: Load = async (task, fetch) => {
  const { model, inputs } = await fetchOnnx(task, fetch);
  return async () => {
    const session = await ort.InferenceSession.create(model, { executionProviders: ['webgpu'] });
    return async () => {
      const feeds = Object.fromEntries(
        inputs.map(({ name, shape, data }) => [name, new ort.Tensor('float32', data, shape)]),
      );
      const outputs = await session.run(feeds);
      return Promise.all(
        task.outputs.map(async ({ name }) => (await outputs[name]!.getData()) as Float32Array),
      );
    };
  };
};
