import { afterAll, beforeAll, expect, test } from 'vitest';
import { create, globals } from 'webgpu';
import {
  aggregationHead,
  aggregationKinds,
  initializeAggregationHead,
  interpret,
  mobilenetV1,
  openWebGpu,
  raggedOffsets,
  readMobilenetV1,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { readFileSync } from 'node:fs';
import { parseSafetensors } from '../../engine/formats/safetensors.ts';
import { uniform } from '../../engine/random.ts';
import { compare, FLOAT32_TOLERANCE, within } from '../../engine/reference/compare.ts';

let backend: WebGpuBackend;
beforeAll(async () => {
  Object.assign(globalThis, globals);
  backend = await openWebGpu({ gpu: create([]) });
  console.log(`Adapter: ${backend.description}; ${backend.adapter.features.join(', ')}`);
});
afterAll(() => backend?.dispose());

const random = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => 2 * uniform(seed, i) - 1);

test('MobileNet in Node agrees with the float64 reference', async () => {
  const bytes = readFileSync(new URL('../../weights/mobilenet_v1_1.0_224.safetensors', import.meta.url));
  const file = parseSafetensors(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), 'mobilenet');
  const { parameters } = readMobilenetV1(file);
  const graph = mobilenetV1({ batch: 1 });
  const image = random(224 * 224 * 3, 1);
  using program = await backend.compile(graph, parameters);
  const actual = await program.run({ image });
  const expected = interpret(graph, { inputs: { image }, parameters });
  for (const name of ['features', 'probabilities']) {
    const comparison = compare(actual[name]!, expected[name]!);
    console.log(`${name}: relative L2 ${comparison.relativeL2.toExponential(2)}`);
    expect(within(comparison, FLOAT32_TOLERANCE)).toBe(true);
  }
});

test.each(aggregationKinds)('the aggregation head %s in Node agrees with the float64 reference', async (kind) => {
  const options = { kind, capacity: 50, sets: 4, features: 1024, hidden: 256, categories: 101 } as const;
  const graph = aggregationHead(options);
  const parameters = initializeAggregationHead(options, 5);
  const inputs = { features: random(50 * 1024, 2), offsets: raggedOffsets([1, 40, 3, 5], 50) };
  using program = await backend.compile(graph, parameters);
  const actual = await program.run(inputs);
  const expected = interpret(graph, { inputs, parameters });
  expect(within(compare(actual.scores!, expected.scores!), FLOAT32_TOLERANCE)).toBe(true);
});
