/** The engine in Node on Dawn, on Node's own test runner: Vitest's worker processes and Dawn's thread block one another. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { create, globals } from 'webgpu';
import {
  aggregationHead,
  aggregationKinds,
  initializeAggregationHead,
  mobilenetV1,
  openWebGpu,
  parseSafetensors,
  raggedOffsets,
  readMobilenetV1,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';
import { compare, explain, FLOAT32_TOLERANCE, within } from '../../engine/reference/compare.ts';
import { interpret } from '../../engine/reference/interpreter.ts';

/** Dawn crashes when this is collected while a device of it lives. */
let gpu: GPU;
let backend: WebGpuBackend;

before(async () => {
  Object.assign(globalThis, globals);
  gpu = create([]);
  backend = await openWebGpu({ gpu });
  console.log(`Adapter: ${backend.description}; ${backend.adapter.features.join(', ')}`);
});

after(() => backend?.dispose());

const random = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => 2 * uniform(seed, i) - 1);

function assertAgreement(name: string, actual: Float32Array, expected: Float64Array): void {
  const comparison = compare(actual, expected);
  console.log(`${name}: relative L2 ${comparison.relativeL2.toExponential(2)}`);
  assert.ok(within(comparison, FLOAT32_TOLERANCE), explain(comparison, [expected.length]));
}

test('MobileNet agrees with the float64 reference', async () => {
  const bytes = readFileSync(new URL('../../weights/mobilenet_v1_1.0_224.safetensors', import.meta.url));
  const { parameters } = readMobilenetV1(parseSafetensors(new Uint8Array(bytes).buffer, 'mobilenet_v1'));
  const graph = mobilenetV1();
  const image = random(224 * 224 * 3, 1);
  const program = await backend.compile(graph, parameters);
  const actual = await program.run({ image });
  const expected = interpret(graph, { inputs: { image }, parameters });
  for (const name of Object.keys(expected)) assertAgreement(name, actual[name]!, expected[name]!);
});

for (const kind of aggregationKinds) {
  test(`the aggregation head '${kind}' agrees with the float64 reference`, async () => {
    const options = { kind, capacity: 50, sets: 4, features: 1024, hidden: 256, categories: 101 } as const;
    const graph = aggregationHead(options);
    const parameters = initializeAggregationHead(options, 5);
    const inputs = { features: random(50 * 1024, 2), offsets: raggedOffsets([1, 40, 3, 5], 50) };
    const program = await backend.compile(graph, parameters);
    const actual = await program.run(inputs);
    assertAgreement('scores', actual.scores!, interpret(graph, { inputs, parameters }).scores!);
  });
}
