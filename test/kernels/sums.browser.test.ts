import { describe, expect, test } from 'vitest';
import { meanOfParts } from '../../engine/graph/sums.ts';
import type { Value } from '../../engine/graph/value.ts';
import { input } from '../../engine/index.ts';
import { trainingKernels } from '../../engine/plan/training-kernels.ts';
import { broadcast, mean, scale, subtract, sumOfSquares, sumRows } from '../../engine/training.ts';
import { expectAgreement } from './against-reference.ts';
import { operationCase } from './operation-case.ts';
import { randomArray, runKernel } from './run-kernel.ts';

type Kind = 'sum_rows' | 'mean' | 'sum_of_squares' | 'broadcast' | 'scale' | 'subtract';

function check(value: Value, seed = 0): Promise<string[]> {
  const testCase = operationCase(trainingKernels[value.operation.kind as Kind], value);
  // Shifted, so that sums are not near 0, where only rounding would be compared.
  const inputs = testCase.inputs.map((data, operand) =>
    randomArray(data.length, seed + operand + 1, -0.5, 1.5),
  );
  return expectAgreement({ ...testCase, inputs });
}

describe('sum_rows', () => {
  test.each([
    [[1], 1],
    [[4], 4],
    [[1, 5], 5],
    [[64, 1000], 1000],
    [[64, 33], 33],
    [[67, 1], 1],
    [[3, 7, 5, 12], 12],
    [[1000, 2, 36], 36],
  ])('%j', async (shape, columns) => {
    const ran = await check(sumRows(input('x', shape)));
    expect(ran).toHaveLength(columns % 4 === 0 ? 4 : 2);
  });

  test('one pipeline serves all shapes', () => {
    for (const variant of trainingKernels.sum_rows.variants) {
      const text = (rows: number, columns: number) =>
        variant.build(operationCase(trainingKernels.sum_rows, sumRows(input('x', [rows, columns]))).problem)
          .wgsl;
      expect(text(3, 8)).toBe(text(64, 1000));
    }
  });
});

describe.each([
  ['mean', mean],
  ['sum_of_squares', sumOfSquares],
] as const)('%s', (_, build) => {
  test.each([[[1]], [[3]], [[2, 4]], [[7, 9, 5]], [[64, 1000]], [[255, 257]]])('%j', async (shape) => {
    const ran = await check(build(input('x', shape)));
    expect(ran.length).toBeGreaterThanOrEqual(shape.reduce((a, b) => a * b) % 4 === 0 ? 4 : 2);
  });

  test('parts of 2 million elements, in several workgroups', async () => {
    const value = build(input('x', [1024, 2048]));
    let parts = value;
    while (parts.inputs[0]!.operation.kind !== 'input') parts = parts.inputs[0]!;
    expect(parts.shape).toEqual([64]);
    await check(parts);
  });
});

test('the mean of a million equal elements is that element, nearly', async () => {
  const { kernel, problem } = operationCase(trainingKernels.mean, meanOfParts(input('x', [1_000_000]), 1));
  const program = kernel.variants[0]!.build(problem);
  const [y] = await runKernel(program, [new Float32Array(1_000_000).fill(0.1)], 1);
  expect(Math.abs(y! / Math.fround(0.1) - 1)).toBeLessThan(2e-6);
});

const shapes = [[1], [5], [12], [3, 6], [2, 7, 7, 12], [64, 1000]];

test.each(shapes.map((shape) => [shape]))('subtract %j', async (shape) => {
  await check(subtract(input('a', shape), input('b', shape)));
});

test.each(shapes.map((shape) => [shape]))('scale %j', async (shape) => {
  const x = input('x', shape);
  await check(scale(x, -1.25));
  await check(scale(x, 1e-20, input('s', [1])));
  await check(scale(x, 3, input('s', [shape[0]!])));
});

test.each(shapes.map((shape) => [shape]))('broadcast to %j', async (shape) => {
  await check(broadcast(input('s', [1]), shape, { factor: 0.7 }));
  await check(broadcast(input('s', [shape[0]!]), shape));
});

test('more workgroups than one dimension takes', async () => {
  const ran = await check(scale(input('x', [65_536 * 64 + 1]), 2));
  expect(ran).toEqual(['scalar']);
});
