import { afterAll, expect, test } from 'vitest';
import { depthwiseConv2d, type Graph, input, matmul, openWebGpu, parameter } from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';
import { compare, FLOAT32_TOLERANCE, within } from '../../engine/reference/compare.ts';
import { interpret } from '../../engine/reference/interpreter.ts';

const backend = await openWebGpu();
afterAll(() => backend.dispose());

const random = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, index) => 2 * uniform(seed, index) - 1);

function product(rows: number, inner: number, columns: number) {
  const graph: Graph = {
    outputs: { y: matmul(input('x', [rows, inner]), parameter('w', [inner, columns])) },
  };
  return { graph, inputs: { x: random(rows * inner, 1) }, parameters: { w: random(inner * columns, 2) } };
}

function depthwise(size: number, channels: number) {
  const x = input('x', [1, size, size, channels]);
  return {
    graph: { outputs: { y: depthwiseConv2d(x, parameter('w', [3, 3, channels])) } },
    inputs: { x: random(size * size * channels, 3) },
    parameters: { w: random(9 * channels, 4) },
  };
}

const kernelsOfModels = [
  ['matrix products', [product(32, 16, 24), product(48, 20, 40)]],
  ['depthwise convolutions', [depthwise(9, 8), depthwise(12, 20)]],
] as const;

test.each(kernelsOfModels)('%s of different shapes share one pipeline', async (_, cases) => {
  const before = backend.pipelines.size;
  for (const { graph, inputs, parameters } of cases) {
    using program = await backend.compile(graph, parameters);
    const { y } = await program.run(inputs);
    const expected = interpret(graph, { inputs, parameters }).y!;
    expect(within(compare(y!, expected), FLOAT32_TOLERANCE)).toBe(true);
  }
  // Kernels for GPUs have their sizes in the text.
  expect(backend.pipelines.size).toBe(before + (backend.target.software ? 1 : cases.length));
});
