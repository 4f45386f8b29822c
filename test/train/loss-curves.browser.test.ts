/**
 * 20 steps of training on WebGPU: the losses that TensorFlow.js has. The bound is 1e-5 for float64 (`loss-curves.test.ts`
 * says why), and once more for float32; measured in Chromium on SwiftShader: 3.2e-6. Adam with ε of 1e-8 instead of 1e-7
 * is off by 1e-3.
 */
import { afterAll, beforeAll, test } from 'vitest';
import { loadSafetensors, type TensorFile } from '../../engine/formats/safetensors.ts';
import { openWebGpu, type WebGpuBackend } from '../../engine/index.ts';
import { expectCurve, headCurve, mobilenetCurve, optimizerNames } from './loss-curves.ts';

let backend: WebGpuBackend;
let stored: TensorFile;
beforeAll(async () => {
  backend = await openWebGpu();
  stored = await loadSafetensors(new URL('../references/training.safetensors', import.meta.url));
});
afterAll(() => backend?.dispose());

test.each(optimizerNames)('the head with %s', async (optimizer) => {
  const worst = expectCurve(stored, `head/${optimizer}`, await headCurve(backend, optimizer), 2e-5);
  console.info(`head/${optimizer}: losses within ${worst.toExponential(1)} of TensorFlow.js`);
});

test.each(optimizerNames)('a small MobileNet with %s', async (optimizer) => {
  const curve = await mobilenetCurve(backend, optimizer);
  const worst = expectCurve(stored, `mobilenet/${optimizer}`, curve, 2e-5);
  console.info(`mobilenet/${optimizer}: losses within ${worst.toExponential(1)} of TensorFlow.js`);
});
