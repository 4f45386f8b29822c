/** Inserting batch normalisation into folded weights and folding it again, in float64 on a small MobileNet. */
import { expect, test } from 'vitest';
import type { HostParameters } from '../../engine/backend.ts';
import { elementCount } from '../../engine/graph/value.ts';
import { mobilenetV1, mobilenetV1Parameters } from '../../engine/index.ts';
import { randomBits, uniform } from '../../engine/random.ts';
import { ReferenceBackend } from '../../engine/reference/backend.ts';
import { compare } from '../../engine/reference/compare.ts';
import {
  foldBatchNormalization,
  insertBatchNormalization,
  type MobilenetV1TrainingOptions,
  mobilenetV1Training,
} from '../../engine/training.ts';

const size = { alpha: 0.25, depth: 4, imageSize: 32 };
const batch = 4;
const backend = new ReferenceBackend();
const random = (count: number, seed: number, from = -1, to = 1) =>
  Float32Array.from({ length: count }, (_, i) => from + (to - from) * uniform(seed, i));
const photos = (seed: number, count = batch) => random(count * 32 * 32 * 3, seed);

/** Folded weights that keep activations in range, and one parameter that is not MobileNet's. */
const folded: Record<string, Float32Array> = {
  ...Object.fromEntries(
    [...mobilenetV1Parameters(size)].flatMap(([name, { shape }], index) => {
      if (name.startsWith('classifier')) return [];
      const fanIn = name.endsWith('depthwise/kernel') ? 9 : elementCount(shape.slice(0, -1));
      const scale = name.endsWith('bias') ? 0.3 : Math.sqrt(6 / fanIn);
      return [[name, random(elementCount(shape), randomBits(3, index), -scale, scale)] as const];
    }),
  ),
  'hidden/kernel': random(8, 5),
};

async function featuresOf(
  options: MobilenetV1TrainingOptions,
  parameters: HostParameters,
  image: Float32Array,
): Promise<Float32Array> {
  const { features } = mobilenetV1Training({ ...size, batch, ...options }).values;
  const program = await backend.compile({ outputs: { features: features! } }, parameters);
  return (await program.run({ image })).features!;
}

async function foldedFeatures(parameters: HostParameters, image: Float32Array): Promise<Float32Array> {
  const program = await backend.compile(mobilenetV1({ ...size, batch, outputs: ['features'] }), parameters);
  return (await program.run({ image })).features!;
}

test('the function with moving averages is the folded one, on photos that were not measured too', async () => {
  const inserted = await insertBatchNormalization(backend, folded, [photos(1), photos(2)], {
    ...size,
    batch,
  });
  for (const seed of [1, 9]) {
    const expected = await foldedFeatures(folded, photos(seed));
    const actual = await featuresOf({ statistics: 'moving' }, inserted, photos(seed));
    // Parameters are float32; the rest is float64.
    expect(compare(actual, expected).relativeL2).toBeLessThan(3e-7);
    expect(Math.max(...expected)).toBeGreaterThan(0.1);
  }
  expect(Object.keys(inserted).filter((name) => name.endsWith('/bias'))).toEqual([]);
  expect(inserted['hidden/kernel']).toBe(folded['hidden/kernel']);
  expect(folded['conv1/bias']).toBeDefined();
});

test('in training mode, the batch that was measured gives the same output, and another batch another', async () => {
  const inserted = await insertBatchNormalization(backend, folded, [photos(1)], { ...size, batch });
  const actual = await featuresOf({}, inserted, photos(1));
  expect(compare(actual, await foldedFeatures(folded, photos(1))).relativeL2).toBeLessThan(1e-6);
  const other = compare(await featuresOf({}, inserted, photos(9)), await foldedFeatures(folded, photos(9)));
  expect(other.relativeL2).toBeGreaterThan(0.01);
});

test('the moments of several batches are those of all their photos', async () => {
  const apart = await insertBatchNormalization(backend, folded, [photos(1), photos(2)], { ...size, batch });
  const both = Float32Array.of(...photos(1), ...photos(2));
  const together = await insertBatchNormalization(backend, folded, [both], { ...size, batch: 2 * batch });
  for (const [name, numbers] of Object.entries(together)) {
    expect(compare(apart[name]!, numbers).relativeL2, name).toBeLessThan(1e-6);
  }
  // Mean and variance of the first layer over all places, from its kernel alone.
  const { 'conv1/convolution': convolution } = mobilenetV1Training({ ...size, batch: 2 * batch }).values;
  const program = await backend.compile({ outputs: { y: convolution! } }, folded);
  const { y } = await program.run({ image: both });
  const first = y!.filter((_, index) => index % 8 === 0);
  const mean = first.reduce((sum, one) => sum + one, 0) / first.length;
  const variance = first.reduce((sum, one) => sum + (one - mean) ** 2, 0) / first.length;
  const moments = together['conv1/moving_moments']!;
  expect(moments).toHaveLength(16);
  expect(moments[0]).toBeCloseTo(mean, 6);
  expect(moments[8]).toBeCloseTo(variance, 6);
  expect(together['conv1/scale']![0]).toBeCloseTo(Math.sqrt(variance + 1e-3), 6);
  expect(together['conv1/shift']![0]).toBeCloseTo(mean + folded['conv1/bias']![0]!, 6);
});

test('folding gives back what was inserted into', async () => {
  const inserted = await insertBatchNormalization(backend, folded, [photos(1)], { ...size, batch });
  const again = foldBatchNormalization(inserted);
  expect(Object.keys(again).sort()).toEqual(Object.keys(folded).sort());
  for (const [name, numbers] of Object.entries(folded)) {
    expect(compare(again[name]!, numbers).relativeL2, name).toBeLessThan(1e-6);
  }
});

test('folding what was trained gives its function', async () => {
  const inserted = await insertBatchNormalization(backend, folded, [photos(1)], { ...size, batch });
  const trained = Object.fromEntries(
    Object.entries(inserted).map(([name, numbers], seed) => [
      name,
      numbers.map((number, index) => number * (1 + 0.2 * uniform(seed, index))),
    ]),
  );
  const expected = await featuresOf({ statistics: 'moving' }, trained, photos(9));
  const actual = await foldedFeatures(foldBatchNormalization(trained), photos(9));
  expect(compare(actual, expected).relativeL2).toBeLessThan(1e-6);
  expect(compare(await foldedFeatures(folded, photos(9)), expected).relativeL2).toBeGreaterThan(0.1);
});

test('frozen layers stay folded, and get theirs when they thaw; learned layers keep what they have', async () => {
  const options = { ...size, batch };
  const first = await insertBatchNormalization(backend, folded, [photos(1)], { ...options, frozenLayers: 5 });
  expect(Object.keys(first).filter((name) => name.endsWith('/bias'))).toHaveLength(5);
  expect(first['conv1/bias']).toBe(folded['conv1/bias']);
  const expected = await foldedFeatures(folded, photos(9));
  const frozen = await featuresOf({ statistics: 'moving', frozenLayers: 5 }, first, photos(9));
  expect(compare(frozen, expected).relativeL2).toBeLessThan(3e-7);

  const second = await insertBatchNormalization(backend, first, [photos(2)], options);
  expect(second['block3/depthwise/moving_moments']).toBe(first['block3/depthwise/moving_moments']);
  expect(second['conv1/bias']).toBeUndefined();
  const thawed = await featuresOf({ statistics: 'moving' }, second, photos(9));
  expect(compare(thawed, expected).relativeL2).toBeLessThan(5e-7);
  expect(await insertBatchNormalization(backend, second, [], options)).toEqual(second);
});

test('says what is missing', async () => {
  await expect(insertBatchNormalization(backend, folded, [], { ...size, batch })).rejects.toThrow(
    'measuring photos, but there are none',
  );
  expect(() => foldBatchNormalization({ 'conv1/moving_moments': new Float32Array(16) })).toThrow(
    "'conv1' has conv1/moving_moments but no conv1/scale",
  );
});
