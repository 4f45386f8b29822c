import { expect, test } from 'vitest';
import type { Backend } from '../../engine/backend.ts';
import { openWebGpu } from '../../engine/gpu/backend.ts';
import { clipFactor } from '../../engine/graph/clip.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { elementCount, type Graph } from '../../engine/graph/value.ts';
import { ReferenceBackend } from '../../engine/reference/backend.ts';
import { compare, explain, FLOAT32_TOLERANCE, within } from '../../engine/reference/compare.ts';
import { accumulate, adam, adamW, constant, type Optimizer, sgd } from '../../engine/training.ts';
import { randomArray } from '../kernels/run-kernel.ts';

/** Multiples of four take the vector variant; neither is a multiple of a workgroup. */
const shapes = [[6, 22], [5, 7], [1]];

function updateGraph(optimizer: Optimizer, shape: readonly number[], clipped: boolean): Graph {
  const gradient = input('gradient', shape);
  const names = ['p', ...optimizer.slots.map((slot) => `${optimizer.name}/${slot}/p`)];
  const state = names.map((name) => parameter(name, shape));
  const clip = clipped ? clipFactor([gradient], 0.7) : undefined;
  const changed = optimizer.update(state, gradient, { step: input('optimizer', [4]), clip });
  return { outputs: {}, updates: Object.fromEntries(changed.map((value, i) => [names[i]!, value])) };
}

async function threeSteps(backend: Backend, graph: Graph, optimizer: Optimizer, shape: readonly number[]) {
  const count = elementCount(shape);
  const zeros = optimizer.slots.map(
    (slot) => [`${optimizer.name}/${slot}/p`, new Float32Array(count)] as const,
  );
  const parameters = backend.upload(graph, { p: randomArray(count, 1), ...Object.fromEntries(zeros) });
  const program = await backend.compile(graph, parameters);
  for (let step = 1; step <= 3; step++) {
    await program.run({ gradient: randomArray(count, 10 + step), optimizer: optimizer.numbers(step, 0.01) });
  }
  const result = await parameters.read();
  program.dispose();
  parameters.dispose();
  return result;
}

const optimizers: [string, Optimizer][] = [
  ['adam', adam()],
  ['adamW', adamW({ weightDecay: 0.1 })],
  ['sgd', sgd()],
  ['sgd with momentum and decay', sgd({ momentum: 0.9, weightDecay: 0.05 })],
];

test.each(optimizers)('%s changes parameters and state as the reference does', async (_, optimizer) => {
  const gpu = await openWebGpu();
  const reference = new ReferenceBackend();
  for (const shape of shapes) {
    for (const clipped of [false, true]) {
      const graph = updateGraph(optimizer, shape, clipped);
      const actual = await threeSteps(gpu, graph, optimizer, shape);
      const expected = await threeSteps(reference, graph, optimizer, shape);
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      for (const [name, values] of Object.entries(expected)) {
        const comparison = compare(actual[name]!, Float64Array.from(values));
        expect(within(comparison, FLOAT32_TOLERANCE), `${name} ${shape}: ${explain(comparison, shape)}`).toBe(
          true,
        );
      }
    }
  }
  gpu.dispose();
});

test('sums start from what they are told, not from what was there', async () => {
  const gpu = await openWebGpu();
  const sum = parameter('sum', [2, 5]);
  const graph: Graph = {
    outputs: {},
    updates: { sum: accumulate(sum, input('x', [2, 5]), {}, input('coefficients', [2])) },
  };
  const parameters = gpu.upload(graph, { sum: new Float32Array(10).fill(Number.NaN) });
  const program = await gpu.compile(graph, parameters);
  await program.run({ x: new Float32Array(10).fill(4), coefficients: Float32Array.of(0, 0.5) });
  await program.run({ x: new Float32Array(10).fill(6), coefficients: Float32Array.of(1, 0.5) });
  expect([...(await parameters.read(['sum'])).sum!]).toEqual(new Array(10).fill(5));
  gpu.dispose();
});

test('a profile of a training step does not train', async () => {
  const gpu = await openWebGpu();
  const graph: Graph = { outputs: {}, updates: { p: accumulate(parameter('p', [8]), constant(1, [8]), {}) } };
  const parameters = gpu.upload(graph, { p: new Float32Array(8) });
  const program = await gpu.compile(graph, parameters);
  await program.run({});
  const profile = await program.profile({}, { repeats: 1 });
  expect(profile.dispatches.map(({ operation }) => operation)).toContain('accumulate');
  expect([...(await parameters.read()).p!]).toEqual(new Array(8).fill(1));
  await expect(parameters.read(['q'])).rejects.toThrow("There is no parameter 'q'; there are 'p'.");
  gpu.dispose();
});
