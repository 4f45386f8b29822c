/** MobileNet in other sizes than the published one, on the GPU: widths that no vector divides, and a batch. */
import { afterAll, expect, test } from 'vitest';
import { elementCount } from '../../engine/graph/value.ts';
import { interpret, mobilenetV1, mobilenetV1Parameters, openWebGpu } from '../../engine/index.ts';
import { randomBits, uniform } from '../../engine/random.ts';
import { compare, explain, FLOAT32_TOLERANCE, within } from '../../engine/reference/compare.ts';

const backend = await openWebGpu();
afterAll(() => backend.dispose());

const random = (count: number, seed: number, scale: number) =>
  Float32Array.from({ length: count }, (_, i) => (2 * uniform(seed, i) - 1) * scale);

test.each([
  // Channels 8, 12, 25, 51 and 102.
  { alpha: 0.1, batch: 8, imageSize: 33, classes: 11 },
  { alpha: 0.25, batch: 3, imageSize: 47, classes: 8 },
])('alpha $alpha, batch $batch, $imageSize pixels, $classes classes', async (options) => {
  const outputs = ['conv1', 'block6/pointwise', 'features', 'probabilities'];
  const graph = mobilenetV1({ ...options, outputs });
  const parameters = Object.fromEntries(
    [...mobilenetV1Parameters(options)].map(([name, { shape }], index) => {
      // He initialisation keeps activations in range, so that ReLU6 neither saturates nor starves.
      const fanIn = name.endsWith('depthwise/kernel') ? 9 : elementCount(shape.slice(0, -1));
      const scale = name.endsWith('bias') ? 0.1 : Math.sqrt(6 / fanIn);
      return [name, random(elementCount(shape), randomBits(3, index), scale)];
    }),
  );
  const { batch, imageSize } = options;
  const image = random(batch * imageSize * imageSize * 3, 1, 1);
  const program = await backend.compile(graph, parameters);
  const actual = await program.run({ image });
  const expected = await interpret(graph, { inputs: { image }, parameters });
  for (const name of outputs) {
    const comparison = compare(actual[name]!, expected[name]!);
    expect(
      within(comparison, FLOAT32_TOLERANCE),
      `${name}: ${explain(comparison, [expected[name]!.length])}`,
    ).toBe(true);
  }
  // The test must see something: features that are not all zero.
  expect(expected.features!.some((feature) => feature > 0)).toBe(true);
  program.dispose();
});
