/** Stage one from start to end, small and in float64: learn with frozen layers, thaw, learn all, fold for inference. */
import { expect, test } from 'vitest';
import type { HostParameters } from '../../engine/backend.ts';
import { elementCount } from '../../engine/graph/value.ts';
import { mobilenetV1, mobilenetV1Parameters } from '../../engine/index.ts';
import { randomBits, uniform } from '../../engine/random.ts';
import { ReferenceBackend } from '../../engine/reference/backend.ts';
import { compare } from '../../engine/reference/compare.ts';
import {
  adam,
  foldBatchNormalization,
  initializePhotoClassifier,
  insertBatchNormalization,
  mobilenetV1Training,
  openTrainer,
  photoClassifier,
  trainingStep,
} from '../../engine/training.ts';

const size = { alpha: 0.25, depth: 3, imageSize: 16, batch: 6 };
const layers = { categories: 3, hidden: 16 };
const backend = new ReferenceBackend();
const random = (count: number, seed: number, from: number, to: number) =>
  Float32Array.from({ length: count }, (_, index) => from + (to - from) * uniform(seed, index));

/** Noisy photos, each brighter in the colours of its categories. */
function batch(step: number, microBatch: number) {
  const targets = random(size.batch * 3, 1000 + 10 * step + microBatch, 0, 1).map((x) => (x < 0.4 ? 1 : 0));
  const noise = random(size.batch * 16 * 16 * 3, 2000 + 10 * step + microBatch, -0.7, 0.3);
  const photos = noise.map((x, i) => x + 0.4 * targets[3 * Math.floor(i / (16 * 16 * 3)) + (i % 3)]!);
  return { photos, targets };
}

function pretrained(): HostParameters {
  const specifications = [...mobilenetV1Parameters(size)].filter(([name]) => !name.startsWith('classifier'));
  return Object.fromEntries(
    specifications.map(([name, { shape }], index) => {
      const fanIn = name.endsWith('depthwise/kernel') ? 9 : elementCount(shape.slice(0, -1));
      const limit = name.endsWith('bias') ? 0.3 : Math.sqrt(6 / fanIn);
      return [name, random(elementCount(shape), randomBits(8, index), -limit, limit)];
    }),
  );
}

async function train(parameters: HostParameters, frozenLayers: number, learningRate: number, steps: number) {
  const model = photoClassifier({ ...size, ...layers, positiveWeight: 2, dropoutRate: 0.2, frozenLayers });
  const step = trainingStep({
    ...model,
    optimizer: adam(),
    accumulate: 2,
    keep: model.recomputation.activations,
  });
  using trainer = await openTrainer(backend, { step, parameters, batch, learningRate, steps, seed: 2 });
  const { losses } = await trainer.run();
  return { losses, parameters: await trainer.read() };
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

test('the classifier learns on top of frozen layers, and then with all of them', async () => {
  const photos = [batch(100, 0).photos, batch(101, 0).photos];
  const start = pretrained();
  const inserted = await insertBatchNormalization(backend, start, photos, { ...size, frozenLayers: 5 });
  const onTop = initializePhotoClassifier({ features: 32, ...layers }, 4);
  const first = await train({ ...inserted, ...onTop }, 5, 0.01, 25);
  expect(mean(first.losses.slice(-5))).toBeLessThan(0.8 * mean(first.losses.slice(0, 3)));
  expect(first.parameters['conv1/kernel']).toEqual(start['conv1/kernel']);
  expect(first.parameters['block3/depthwise/moving_moments']).not.toEqual(
    inserted['block3/depthwise/moving_moments'],
  );

  const thawed = await insertBatchNormalization(backend, first.parameters, photos, size);
  const second = await train(thawed, 0, 0.003, 15);
  // On the same batches.
  expect(mean(second.losses.slice(-5))).toBeLessThan(0.9 * mean(first.losses.slice(10, 15)));
  expect(second.parameters['conv1/kernel']).not.toEqual(start['conv1/kernel']);
  for (const numbers of Object.values(second.parameters)) expect(numbers.every(Number.isFinite)).toBe(true);

  const image = batch(200, 0).photos;
  const { features } = mobilenetV1Training({ ...size, statistics: 'moving' }).values;
  const learned = await backend.compile({ outputs: { features: features! } }, second.parameters);
  const inference = await backend.compile(
    mobilenetV1({ ...size, outputs: ['features'] }),
    foldBatchNormalization(second.parameters),
  );
  const expected = (await learned.run({ image })).features!;
  expect(compare((await inference.run({ image })).features!, expected).relativeL2).toBeLessThan(1e-6);
});
