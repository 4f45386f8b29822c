import { afterAll, describe, expect, test } from 'vitest';
import { rowDistanceGradient } from '../../engine/graph/rows.ts';
import { input, openWebGpu } from '../../engine/index.ts';
import { trainingKernels } from '../../engine/plan/training-kernels.ts';
import { uniform } from '../../engine/random.ts';
import { gather, rowDistance, scatterAdd } from '../../engine/training.ts';
import { expectAgreement } from './against-reference.ts';
import { operationCase } from './operation-case.ts';
import { randomArray, runKernel } from './run-kernel.ts';

const shapes = [
  [1, 1],
  [5, 3],
  [64, 1024],
  [33, 36],
];
const randomIndices = (count: number, rows: number) =>
  Uint32Array.from({ length: count }, (_, m) => rows * uniform(3, m));
const indicesInput = (count: number) => input('indices', [count], 'uint32');

describe.each(shapes.map((shape) => [shape]))('rows of %j', (shape) => {
  const [rows, features] = shape as [number, number];
  const variants = features % 4 === 0 ? 2 : 1;

  test.each([1, 50])('gather %d', async (count) => {
    const ran = await expectAgreement({
      ...operationCase(trainingKernels.gather, gather(input('table', shape), indicesInput(count))),
      inputs: [randomArray(rows * features, 1), randomIndices(count, rows)],
      tolerance: { relativeL2: 0 },
    });
    expect(ran).toHaveLength(variants);
  });

  test.each([1, 50])('scatter_add %d, some rows more than once', async (count) => {
    const value = scatterAdd(input('dy', [count, features]), indicesInput(count), rows);
    const ran = await expectAgreement({
      ...operationCase(trainingKernels.scatter_add, value),
      inputs: [randomArray(count * features, 1, 0, 1), randomIndices(count, rows)],
      tolerance: { relativeL2: 1e-6 },
    });
    expect(ran).toHaveLength(2 * variants);
  });

  test.each(['euclidean', 'manhattan'] as const)('row_distance, %s, and its gradient', async (metric) => {
    const [a, b] = [input('a', shape), input('b', shape)];
    const [x, y] = [randomArray(rows * features, 1), randomArray(rows * features, 2)];
    const ran = await expectAgreement({
      ...operationCase(trainingKernels.row_distance, rowDistance(a, b, { metric })),
      inputs: [x, y],
      tolerance: { relativeL2: 2e-6 },
    });
    expect(ran).toHaveLength(2 * variants);
    const [d, dd] = [input('d', [rows]), input('dd', [rows])];
    await expectAgreement({
      ...operationCase(trainingKernels.row_distance_gradient, rowDistanceGradient(a, b, d, dd, { metric })),
      inputs: [x, y, randomArray(rows, 3, 0.5, 2), randomArray(rows, 4)],
      tolerance: { relativeL2: 1e-6 },
    });
  });
});

test.each(['euclidean', 'manhattan'] as const)('equal rows have no slope, %s', async (metric) => {
  const [a, d] = [input('a', [2, 4]), input('d', [2])];
  const { kernel, problem } = operationCase(
    trainingKernels.row_distance_gradient,
    rowDistanceGradient(a, input('b', [2, 4]), d, input('dd', [2]), { metric }),
  );
  const x = randomArray(8, 1);
  const y = x.slice();
  y[5] = x[5]! - 1;
  for (const variant of kernel.variants) {
    const inputs = [x, y, Float32Array.of(0, 1), Float32Array.of(7, 7)];
    const da = await runKernel(variant.build(problem), inputs, 8);
    expect(
      [...da].map((slope) => Math.round(slope * 1e4) / 1e4),
      variant.name,
    ).toEqual([0, 0, 0, 0, 0, 7, 0, 0]);
  }
});

test('indices beyond the table read nothing beyond it, and are added nowhere', async () => {
  const wrong = Uint32Array.of(1, 4_000_000_000, 0);
  const table = randomArray(8, 1);
  const picked = operationCase(trainingKernels.gather, gather(input('table', [2, 4]), indicesInput(3)));
  for (const variant of picked.kernel.variants) {
    const y = await runKernel(variant.build(picked.problem), [table, wrong], 12);
    expect([...y], variant.name).toEqual([...table.slice(4), ...table.slice(4), ...table.slice(0, 4)]);
  }
  const added = operationCase(
    trainingKernels.scatter_add,
    scatterAdd(input('dy', [3, 4]), indicesInput(3), 2),
  );
  const dy = randomArray(12, 2);
  for (const variant of added.kernel.variants) {
    const y = await runKernel(variant.build(added.problem), [dy, wrong], 8);
    expect([...y], variant.name).toEqual([...dy.slice(8), ...dy.slice(0, 4)]);
  }
});

describe('in a run', async () => {
  const backend = await openWebGpu();
  afterAll(() => backend.dispose());

  test('indices beyond the table are refused', async () => {
    const graph = { outputs: { y: gather(input('table', [2, 4]), indicesInput(2)) } };
    using program = await backend.compile(graph, {});
    const table = randomArray(8, 1);
    await expect(program.run({ table, indices: Uint32Array.of(1, 2) })).rejects.toThrow(
      'indices[1] is 2, but the table has 2 rows',
    );
    const { y } = await program.run({ table, indices: Uint32Array.of(1, 1) });
    expect([...y!]).toEqual([...table.slice(4), ...table.slice(4)]);
  });
});
