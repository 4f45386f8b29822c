/**
 * The published weights with batch normalisation inserted, on the GPU and on real photos; and a training step with and
 * without recomputation.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  loadMobilenetV1,
  mobilenetV1,
  openWebGpu,
  type Program,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { compare } from '../../engine/reference/compare.ts';
import { imagePreprocess } from '../../engine/reference/image_preprocess.ts';
import {
  adam,
  foldBatchNormalization,
  insertBatchNormalization,
  mobilenetV1Training,
  photoClassifier,
  trainingStep,
} from '../../engine/training.ts';
import { mobilenetCase, mobilenetOptions } from '../references/training-cases.ts';
import { ReferenceOutputs } from './reference-photos.ts';

let backend: WebGpuBackend;
beforeAll(async () => {
  backend = await openWebGpu();
});
afterAll(() => backend?.dispose());

test('with batch normalisation inserted, the features of photos stay the same', async () => {
  const outputs = await ReferenceOutputs.load('mobilenet_v1.safetensors');
  const { parameters } = await loadMobilenetV1();
  // Smaller than 224, to be quick.
  const [batch, imageSize] = [2, 128];
  const batchAt = async (first: number) => {
    const photos = await Promise.all([first, first + 1].map((index) => outputs.photo(index)));
    return Float32Array.from(photos.flatMap((photo) => [...imagePreprocess(photo, imageSize, imageSize)]));
  };
  const [measured, others] = [await batchAt(0), await batchAt(2)];
  const inserted = await insertBatchNormalization(backend, parameters, [measured], { batch, imageSize });

  const learning = (statistics: 'batch' | 'moving') => {
    const { features } = mobilenetV1Training({ batch, imageSize, statistics }).values;
    return backend.compile({ outputs: { features: features! } }, inserted);
  };
  using folded = await backend.compile(mobilenetV1({ batch, imageSize, outputs: ['features'] }), parameters);
  using evaluated = await learning('moving');
  using trained = await learning('batch');
  const featuresOf = async (program: Program, image: Float32Array) =>
    (await program.run({ image })).features!;
  const expected = await featuresOf(folded, measured);
  const error = (features: Float32Array, wanted = expected) => compare(features, wanted).relativeL2;
  const moving = error(await featuresOf(evaluated, measured));
  const training = error(await featuresOf(trained, measured));
  const elsewhere = error(await featuresOf(evaluated, others), await featuresOf(folded, others));
  console.info(
    `features with moving averages: ${moving.toExponential(1)} from the folded ones, of photos that were not measured ` +
      `${elsewhere.toExponential(1)}; normalised by the measured batch ${training.toExponential(1)}`,
  );
  expect(moving).toBeLessThan(1e-5);
  expect(elsewhere).toBeLessThan(1e-5);
  expect(training).toBeLessThan(1e-5);

  const again = foldBatchNormalization(inserted);
  for (const [name, numbers] of Object.entries(parameters)) {
    expect(compare(again[name]!, numbers as Float32Array).relativeL2, name).toBeLessThan(1e-6);
  }
});

test('recomputation changes no bit of a training step', async () => {
  const model = photoClassifier(mobilenetOptions);
  const { inputs } = mobilenetCase.batch(0);
  const optimizer = adam();
  const results = [];
  for (const keep of [undefined, model.recomputation.activations, model.recomputation.depthwise]) {
    const step = trainingStep({ ...model, optimizer, ...(keep ? { keep } : {}) });
    const parameters = backend.upload(step.graph, {
      ...mobilenetCase.initial().numbers,
      ...step.initialState(),
    });
    using program = await backend.compile(step.graph, parameters);
    const numbers = optimizer.numbers(1, 0.01);
    const { loss } = await program.run({ ...inputs, random: Uint32Array.of(3, 1), optimizer: numbers });
    results.push({ loss, ...(await parameters.read()) });
    parameters.dispose();
  }
  const [kept, ...recomputed] = results;
  for (const result of recomputed) expect(result).toEqual(kept);
  const before = mobilenetCase.initial().numbers;
  expect(kept!['conv1/kernel' as keyof typeof kept]).not.toEqual(before['conv1/kernel']);
});
