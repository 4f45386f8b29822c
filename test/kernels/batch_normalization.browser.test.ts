import { describe, expect, test } from 'vitest';
import {
  batchNormalizeGradient as gradientOf,
  batchMoments as momentsOf,
  batchNormalize as normalize,
  batchNormalizeSums as sumsOf,
} from '../../engine/graph/batch-normalization.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { row as rowOf } from '../../engine/graph/row.ts';
import { elementCount, topologicalOrder, type Value } from '../../engine/graph/value.ts';
import { compare, explain, FLOAT32_TOLERANCE, within } from '../../engine/reference/compare.ts';
import { batchMoments } from '../../kernels/batch_moments.ts';
import { batchMomentsParts } from '../../kernels/batch_moments_parts.ts';
import { batchNormalize } from '../../kernels/batch_normalize.ts';
import { batchNormalizeGradient } from '../../kernels/batch_normalize_gradient.ts';
import { batchNormalizeSums } from '../../kernels/batch_normalize_sums.ts';
import type { EpilogueStep } from '../../kernels/kernel.ts';
import { row } from '../../kernels/row.ts';
import { expectAgreement, expectAllSupport } from './against-reference.ts';
import { operationCase } from './operation-case.ts';
import { kernelTarget, randomArray, runKernel } from './run-kernel.ts';
import '../../engine/training.ts';

const shapes = [
  [1, 1],
  [33, 5],
  [3, 7, 6],
  [2, 9, 11, 12],
  [1, 13, 7, 36],
  [2, 31, 29, 4],
  [3, 7, 7, 1024],
].map((shape) => [`[${shape.join(', ')}]`, shape] as const);

/** The part of the graph behind a value that does the work on x. */
function partsOf(value: Value): Value {
  return topologicalOrder({ outputs: { value } }).find(({ operation }) => operation.kind.endsWith('_parts'))!;
}

function values(shape: readonly number[]) {
  const channels = shape.at(-1)!;
  const [x, dy, moments] = [input('x', shape), input('dy', shape), input('m', [2, channels])];
  const [scale, shift] = [parameter('scale', [channels]), parameter('shift', [channels])];
  return {
    moments: momentsOf(x),
    normalized: normalize(x, moments, scale, shift),
    sums: partsOf(sumsOf(x, moments, dy)),
    gradient: gradientOf(dy, moments, scale, { through: { x, sums: input('s', [2, channels]) } }),
    frozenGradient: gradientOf(dy, moments, scale),
  };
}

/** Means in [−1, 1), variances in [0.1, 2). */
function someMoments(channels: number): Float32Array<ArrayBuffer> {
  return Float32Array.of(...randomArray(channels, 21), ...randomArray(channels, 22, 0.1, 2));
}

/** The case of a value whose operand of this number are moments. */
function withMoments<
  Case extends {
    readonly inputs: readonly unknown[];
    readonly problem: { readonly output: { readonly shape: readonly number[] } };
  },
>(case_: Case, operand: number): Case {
  const moments = someMoments(case_.problem.output.shape.at(-1)!);
  return { ...case_, inputs: case_.inputs.with(operand, moments) };
}

const epilogues: readonly (readonly EpilogueStep[])[] = [['relu6'], ['bias', 'add', 'relu6', 'multiply']];

describe('moments', () => {
  test.each(shapes)('%s', async (_, shape) => {
    const { moments } = values(shape);
    const parts = partsOf(moments);
    await expectAgreement(operationCase(batchMomentsParts, parts));
    const combined = operationCase(batchMoments, moments);
    const ran = await expectAgreement({
      ...combined,
      inputs: [randomArray(elementCount(parts.shape), 5, 0, 1)],
    });
    expect(ran.length).toBe(shape.at(-1)! % 4 === 0 ? 3 : 1);
  });

  /** Both steps with every variant, mean and variance each against float64. */
  async function expectMoments(shape: readonly number[], x: Float32Array<ArrayBuffer>): Promise<void> {
    const [channels, target] = [shape.at(-1)!, await kernelTarget()];
    const rows = x.length / channels;
    const column = (c: number) => Float64Array.from({ length: rows }, (_, r) => x[r * channels + c]!);
    const mean = Float64Array.from(
      { length: channels },
      (_, c) => column(c).reduce((a, b) => a + b, 0) / rows,
    );
    const variance = mean.map(
      (m, c) => column(c).reduce((sum, element) => sum + (element - m) ** 2, 0) / rows,
    );
    const { moments } = values(shape);
    const [first, second] = [
      operationCase(batchMomentsParts, partsOf(moments)),
      operationCase(batchMoments, moments),
    ];
    for (const ofParts of batchMomentsParts.variants) {
      if (!ofParts.supports(first.problem, target)) continue;
      const parts = await runKernel(
        ofParts.build(first.problem),
        [x],
        elementCount(first.problem.output.shape),
      );
      for (const variant of batchMoments.variants) {
        if (!variant.supports(second.problem, target)) continue;
        const actual = await runKernel(variant.build(second.problem), [parts], 2 * channels);
        for (const [what, found, expected] of [
          ['mean', actual.slice(0, channels), mean],
          ['variance', actual.slice(channels), variance],
        ] as const) {
          const comparison = compare(found, expected);
          const message = `${what} by ${ofParts.name}, ${variant.name}: ${explain(comparison, [channels])}`;
          expect(within(comparison, FLOAT32_TOLERANCE), message).toBe(true);
        }
      }
    }
  }

  test('a mean that is a hundred thousand times the deviation costs the variance no digits', async () => {
    const shape = [2, 31, 29, 12];
    const small = randomArray(elementCount(shape), 7, -0.05, 0.05);
    await expectMoments(
      shape,
      small.map((element, index) => (index % 3 === 0 ? -3000 : 3000) + element),
    );
  });

  test('each part may begin with a number that is far away', async () => {
    const shape = [4100, 4];
    const x = randomArray(elementCount(shape), 8);
    // Far more rows apart than any part has, and often the first of one.
    const { moments } = values(shape);
    const { rows } = partsOf(moments).operation as { readonly rows: number } & Value['operation'];
    expect(rows).toBeGreaterThan(1);
    await expectMoments(
      shape,
      x.map((element, index) => (Math.floor(index / 4) % (3 * rows) === 0 ? 1000 : element)),
    );
  });

  test('equal numbers have no variance', async () => {
    const { problem } = operationCase(batchMomentsParts, partsOf(values([100, 4]).moments));
    const target = await kernelTarget();
    const program = batchMomentsParts.defaultVariant(problem, target).build(problem);
    const parts = await runKernel(
      program,
      [new Float32Array(400).fill(0.1)],
      elementCount(problem.output.shape),
    );
    const second = operationCase(batchMoments, values([100, 4]).moments).problem;
    const moments = await runKernel(batchMoments.defaultVariant(second, target).build(second), [parts], 8);
    expect([...moments]).toEqual([...Array<number>(4).fill(Math.fround(0.1)), 0, 0, 0, 0]);
  });
});

describe('normalisation', () => {
  test.each(shapes)('%s', async (_, shape) => {
    const { normalized } = values(shape);
    await expectAgreement(withMoments(operationCase(batchNormalize, normalized), 1));
  });

  test.each(epilogues.map((steps) => [steps.join(' → '), steps] as const))('%s', async (_, steps) => {
    for (const shape of [
      [2, 9, 11, 12],
      [5, 7, 3],
    ]) {
      await expectAgreement(withMoments(operationCase(batchNormalize, values(shape).normalized, steps), 1));
    }
  });
});

describe('gradient', () => {
  test.each(shapes)('%s', async (_, shape) => {
    const { sums, gradient, frozenGradient } = values(shape);
    await expectAgreement(withMoments(operationCase(batchNormalizeSums, sums), 1));
    await expectAgreement(withMoments(operationCase(batchNormalizeGradient, gradient), 1));
    await expectAgreement(withMoments(operationCase(batchNormalizeGradient, frozenGradient), 1));
  });

  test('an activation before it', async () => {
    const { gradient, frozenGradient } = values([2, 9, 11, 12]);
    for (const value of [gradient, frozenGradient]) {
      await expectAgreement(withMoments(operationCase(batchNormalizeGradient, value, ['relu6_gradient']), 1));
    }
  });
});

test('row', async () => {
  const x = input('x', [3, 5, 7]);
  for (const index of [0, 2]) await expectAgreement(operationCase(row, rowOf(x, index)));
});

test('each variant supports a plain problem', async () => {
  const { moments, normalized, sums, gradient } = values([2, 9, 11, 12]);
  await expectAllSupport(batchMoments, operationCase(batchMoments, moments).problem);
  await expectAllSupport(batchMomentsParts, operationCase(batchMomentsParts, partsOf(moments)).problem);
  await expectAllSupport(batchNormalize, operationCase(batchNormalize, normalized).problem);
  await expectAllSupport(batchNormalizeSums, operationCase(batchNormalizeSums, sums).problem);
  await expectAllSupport(batchNormalizeGradient, operationCase(batchNormalizeGradient, gradient).problem);
});

test('cost of the gradient: each tensor once', () => {
  const { problem } = operationCase(batchNormalizeGradient, values([2, 9, 11, 12]).gradient);
  const count = 2 * 9 * 11 * 12;
  expect(batchNormalizeGradient.cost(problem)).toEqual({
    operations: 5 * count,
    bytesRead: 4 * (2 * count + 5 * 12),
    bytesWritten: 4 * count,
  });
});
