/**
 * MobileNet v1 with the published weights on our GPU kernels, against the original model file in TensorFlow Lite
 * (stored; see the script beside the outputs) and against the float64 interpreter, on real photos.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packPhotos } from '../../engine/data/photo-batch.ts';
import {
  imagePreprocess,
  input,
  loadMobilenetV1,
  type MobilenetV1Weights,
  mobilenetV1,
  openWebGpu,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { everything, expectLayers, expectWithin, OutputComparison } from './against-tflite.ts';
import { networkInput, ReferenceOutputs } from './reference-photos.ts';

let outputs: ReferenceOutputs;
let layers: ReferenceOutputs;
let weights: MobilenetV1Weights;

beforeAll(async () => {
  [outputs, layers, weights] = await Promise.all([
    ReferenceOutputs.load('mobilenet_v1.safetensors'),
    ReferenceOutputs.load('mobilenet_v1_layers.safetensors'),
    loadMobilenetV1(),
  ]);
});

describe('the GPU engine', () => {
  let backend: WebGpuBackend;
  beforeAll(async () => {
    backend = await openWebGpu();
  });
  afterAll(() => backend?.dispose());

  test('agrees with TensorFlow Lite in every layer and every output of every photo, top 5 identical', async () => {
    using program = await backend.compile(mobilenetV1({ outputs: everything }), weights.parameters);
    const comparison = new OutputComparison(outputs);
    let worst = 0;
    for (let photo = 0; photo < outputs.photoNames.length; photo++) {
      const values = await program.run({ image: networkInput(await outputs.photo(photo)) });
      comparison.expectPhoto(values, photo);
      if (photo < layers.photoNames.length) worst = Math.max(worst, expectLayers(values, layers, photo));
    }
    const told = comparison.expectTogether();
    console.log(`GPU, TensorFlow Lite: ${told}; layers ${worst.toExponential(1)} at most`);
    expect(comparison.closePhotos).toBeGreaterThanOrEqual(20);
  }, 600_000);

  test('agrees with the interpreter in every element of every layer', async () => {
    const graph = mobilenetV1({ outputs: everything });
    using program = await backend.compile(graph, weights.parameters);
    const image = networkInput(await outputs.photo(outputs.photoNames.length - 1));
    const actual = await program.run({ image });
    const expected = interpret(graph, { inputs: { image }, parameters: weights.parameters });
    for (const name of everything) {
      expectWithin(name, actual[name]!, expected[name]!, { relativeL2: 1e-5, relativeWorst: 1e-4 });
    }
  });

  test('from pixels: a ragged batch of photos is resized, run and classified in one graph', async () => {
    const batch = 3;
    const photos = await Promise.all([0, 1, 2].map((index) => outputs.photo(index)));
    const { pixels, layout, capacity } = packPhotos(photos);
    const image = imagePreprocess(
      input('pixels', [capacity, 4], 'uint8'),
      input('layout', [batch, 3], 'uint32'),
    );
    using program = await backend.compile(mobilenetV1({ image }), weights.parameters);
    const { features, probabilities } = await program.run({ pixels, layout });
    const comparison = new OutputComparison(outputs);
    for (let photo = 0; photo < batch; photo++) {
      const values = {
        features: features!.slice(photo * 1024, (photo + 1) * 1024),
        probabilities: probabilities!.slice(photo * 1001, (photo + 1) * 1001),
      };
      comparison.expectPhoto(values, photo);
    }
  }, 600_000);
});
