import { expect, test } from 'vitest';
import { relu } from '../../engine/graph/elementwise.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { matmul } from '../../engine/graph/matmul.ts';
import { sumOfSquares } from '../../engine/graph/sums.ts';
import { type Graph, named, topologicalOrder, type Value } from '../../engine/graph/value.ts';
import { planGraph } from '../../engine/plan/plan.ts';
import { uniform } from '../../engine/random.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { gradients, sgd, trainingStep } from '../../engine/training.ts';

const layers = 12;
const size = 8;
const rows = 64;
const target = {
  features: new Set<string>(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  software: true,
};

/** A chain of dense layers: its loss and its kernels. */
function deepNetwork(): { loss: Value; kernels: Value[] } {
  let x = input('x', [rows, size]);
  const kernels = Array.from({ length: layers }, (_, i) => parameter(`kernel${i}`, [size, size]));
  kernels.forEach((kernel, i) => {
    x = named(`layer${i}`, relu(matmul(x, kernel)));
  });
  return { loss: sumOfSquares(x), kernels };
}

function deepGraph(keep?: (forward: Value) => boolean): Graph {
  const { loss, kernels } = deepNetwork();
  const found = gradients(loss, kernels, keep ? { keep } : {});
  return { outputs: Object.fromEntries(found.map((gradient, i) => [`kernel${i}`, gradient])) };
}

const everyFourth = ({ label }: Value) => /^layer(3|7|11)$/.test(label);
const random = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => uniform(seed, i) - 0.3);
const bindings = {
  inputs: { x: random(rows * size, 1) },
  parameters: Object.fromEntries(
    Array.from({ length: layers }, (_, i) => [`kernel${i}`, random(size * size, i + 2)]),
  ),
};

test('what is computed again gives the same gradients, to the last bit', () => {
  const kept = interpret(deepGraph(), bindings);
  const recomputed = interpret(deepGraph(everyFourth), bindings);
  expect(Object.values(kept).some((gradient) => gradient.some((element) => element !== 0))).toBe(true);
  expect(recomputed).toEqual(kept);
});

test('each value is computed again once, and only where it is asked for', () => {
  const count = (graph: Graph) =>
    topologicalOrder(graph).filter(({ operation }) => operation.kind === 'matmul').length;
  expect(count(deepGraph())).toBe(layers);
  // Of the three segments of four layers, the last value of each is kept.
  expect(count(deepGraph(everyFourth))).toBe(layers + 9);
});

test('it is computed late, so that less memory is needed', () => {
  const arenaBytes = (keep?: (forward: Value) => boolean) => {
    const { graph } = trainingStep({ loss: deepNetwork().loss, optimizer: sgd(), ...(keep ? { keep } : {}) });
    return planGraph(graph, target).arena.reduce((sum, buffer) => sum + buffer, 0);
  };
  const all = arenaBytes();
  const some = arenaBytes(everyFourth);
  const one = rows * size * 4;
  // Kept: twelve layers. Recomputed: three, three of the segment under way, and the gradients in hand.
  expect(all).toBeGreaterThanOrEqual(layers * one);
  expect(some).toBeLessThan(0.75 * all);
});
