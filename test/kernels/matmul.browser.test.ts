import { describe, expect, test } from 'vitest';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { matmul as product } from '../../engine/graph/matmul.ts';
import type { Value } from '../../engine/graph/value.ts';
import type { EpilogueStep } from '../../kernels/kernel.ts';
import { matmul } from '../../kernels/matmul.ts';
import { expectAgreement, expectAllSupport } from './against-reference.ts';
import { compilesSlowly, epilogues, operationCase } from './operation-case.ts';
import { kernelTarget } from './run-kernel.ts';

function operation(x: number[], columns: number, dataType: 'float32' | 'float16' = 'float32'): Value {
  return product(input('x', x), parameter('w', [x.at(-1)!, columns], dataType));
}

function title([x, columns]: readonly [number[], number]): string {
  return `[${x.join(', ')}] × [${x.at(-1)}, ${columns}]`;
}

const shapes: [number[], number][] = [
  [[1, 1], 1],
  [[1, 3], 5],
  [[2, 8], 33],
  [[3, 5], 8],
  [[3, 7], 4],
  [[4, 32], 32],
  [[5, 4], 4],
  [[13, 33], 20],
  [[15, 12], 36],
  [[17, 64], 68],
  [[29, 40], 132],
  [[2, 3, 5, 16], 24],
  [[1, 9, 9, 32], 64],
  [[3, 7, 7, 8], 100],
  [[100, 20], 3],
];

const slowCompiler = await compilesSlowly();
const names = matmul.variants.map(({ name }) => name);
const quick = names.filter((name) =>
  slowCompiler ? /4x1-vec4|scalar/.test(name) : !/28x1|workgroup|split/.test(name),
);

describe('variants that compile quickly', () => {
  test.each(shapes.map((shape) => [title(shape), ...shape] as const))('%s', async (_, x, columns) => {
    const ran = await expectAgreement({ ...operationCase(matmul, operation(x, columns)), variants: quick });
    expect(ran.length).toBeGreaterThanOrEqual(2);
  });

  test.each(epilogues.map((steps) => [steps.join(' → ') || 'no epilogue', steps] as const))(
    '%s',
    async (_, steps) => {
      const variants = quick.filter((name) => /16x1|4x1|7x2|scalar/.test(name));
      await expectAgreement({ ...operationCase(matmul, operation([9, 16], 20), steps), variants });
      await expectAgreement({ ...operationCase(matmul, operation([3, 5], 7), steps), variants });
    },
  );
});

describe('every variant', () => {
  const telling: [number[], number, readonly EpilogueStep[]][] = [
    // Tiles end beyond the rows, the columns and K.
    [[2, 15, 48], 36, ['bias', 'relu6']],
    // Tiles fit.
    [[56, 32], 128, ['bias', 'add', 'tanh']],
    [[3, 5], 7, ['bias', 'sigmoid', 'multiply']],
  ];
  test.each(telling.map((case_) => [title([case_[0], case_[1]]), ...case_] as const))(
    '%s',
    async (_, x, columns, epilogue) => {
      await expectAgreement(operationCase(matmul, operation(x, columns), epilogue));
    },
  );

  test('each supports the first of these shapes where its features are there', async () => {
    await expectAllSupport(matmul, operationCase(matmul, operation([2, 15, 48], 36)).problem);
  });
});

test('no two variants share a name', () => {
  expect(new Set(names).size).toBe(names.length);
});

describe('the default variant', () => {
  /** The 13 pointwise layers and the classifier of MobileNet v1, dense layers of the head, and their small batches. */
  const layers: [number[], number][] = [
    [[1, 112, 112, 32], 64],
    [[1, 56, 56, 64], 128],
    [[1, 56, 56, 128], 128],
    [[1, 28, 28, 128], 256],
    [[1, 28, 28, 256], 256],
    [[1, 14, 14, 256], 512],
    [[1, 14, 14, 512], 512],
    [[1, 7, 7, 512], 1024],
    [[1, 7, 7, 1024], 1024],
    [[1, 1024], 1001],
    [[1, 1024], 1024],
    [[1, 1024], 2048],
    [[8, 1024], 1001],
    [[8, 14, 14, 512], 512],
    [[3, 2048], 43],
  ];
  test.each(layers.map((shape) => [title(shape), ...shape] as const))('%s', async (_, x, columns) => {
    const case_ = operationCase(matmul, operation(x, columns), ['bias', 'relu6']);
    const variant = matmul.defaultVariant(case_.problem, await kernelTarget());
    expect(await expectAgreement({ ...case_, variants: [variant.name] })).toEqual([variant.name]);
  });
});

test('float16 weights', async (context) => {
  const { features } = await kernelTarget();
  const case_ = operationCase(matmul, operation([9, 16], 20, 'float16'), ['bias']);
  if (!features.has('shader-f16')) {
    for (const variant of matmul.variants)
      expect(variant.supports(case_.problem, await kernelTarget())).toBe(false);
    context.skip('the adapter has no shader-f16');
  }
  await expectAgreement({ ...case_, variants: quick });
  await expectAgreement({ ...operationCase(matmul, operation([3, 5], 7, 'float16')), variants: quick });
});

test('cost counts two operations a multiply-add, and each operand once', () => {
  const { problem } = operationCase(matmul, operation([2, 3, 4], 5), ['bias', 'relu']);
  expect(matmul.cost(problem)).toEqual({
    operations: 2 * 6 * 4 * 5 + 2 * 6 * 5,
    bytesRead: 4 * (6 * 4 + 4 * 5 + 5),
    bytesWritten: 4 * 6 * 5,
  });
});

test('more tiles than one dimension of a dispatch holds', async () => {
  const case_ = operationCase(matmul, operation([270_000, 1], 1));
  await expectAgreement({ ...case_, variants: [matmul.variants.at(-1)!.name] });
});
