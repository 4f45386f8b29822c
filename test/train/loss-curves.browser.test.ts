/** 20 steps of training on WebGPU: the losses that TensorFlow.js has. */
import { afterAll, beforeAll, test } from 'vitest';
import { loadSafetensors, type TensorFile } from '../../engine/formats/safetensors.ts';
import { openWebGpu, type WebGpuBackend } from '../../engine/index.ts';
import { expectCurve, headCurve, optimizerNames } from './loss-curves.ts';

let backend: WebGpuBackend;
let stored: TensorFile;
beforeAll(async () => {
  backend = await openWebGpu();
  stored = await loadSafetensors(new URL('../references/training.safetensors', import.meta.url));
});
afterAll(() => backend?.dispose());

test.each(optimizerNames)('the head with %s', async (optimizer) => {
  const worst = expectCurve(stored, `head/${optimizer}`, await headCurve(backend, optimizer), 1e-5);
  console.info(`head/${optimizer}: losses within ${worst.toExponential(1)} of TensorFlow.js`);
});
