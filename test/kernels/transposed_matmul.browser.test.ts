import { describe, expect, test } from 'vitest';
import { input, parameter } from '../../engine/graph/leaf.ts';
import {
  matmulTransposedLeft as leftProduct,
  matmulTransposedRight as rightProduct,
} from '../../engine/graph/transposed-matmul.ts';
import type { Value } from '../../engine/graph/value.ts';
import type { EpilogueStep } from '../../kernels/kernel.ts';
import { matmulTransposedLeft } from '../../kernels/matmul_transposed_left.ts';
import { matmulTransposedRight } from '../../kernels/matmul_transposed_right.ts';
import { expectAgreement, expectAllSupport } from './against-reference.ts';
import { compilesSlowly, epilogues, operationCase } from './operation-case.ts';
import { kernelTarget } from './run-kernel.ts';
import '../../engine/training.ts';

/** Rows of both operands' leading sizes, then K and N. */
type Shape = readonly [rows: readonly number[], inner: number, columns: number];

/** x `[…, K]`, w `[N, K]` → `[…, N]`. */
function right([rows, inner, columns]: Shape, dataType: 'float32' | 'float16' = 'float32'): Value {
  return rightProduct(input('x', [...rows, inner]), parameter('w', [columns, inner], dataType));
}

/** x `[…, K]`, y `[…, N]` → `[K, N]`: the first size is that of the result's rows, the leading sizes are summed over. */
function left([rows, inner, columns]: Shape): Value {
  return leftProduct(input('x', [...rows, inner]), input('y', [...rows, columns]));
}

const products = [
  { name: 'x wᵀ', kernel: matmulTransposedRight, operation: right },
  { name: 'xᵀ y', kernel: matmulTransposedLeft, operation: left },
] as const;

function title([rows, inner, columns]: Shape): string {
  return `[${rows.join(', ')}], ${inner}, ${columns}`;
}

const shapes: Shape[] = [
  [[1], 1, 1],
  [[3], 5, 8],
  [[3], 7, 4],
  [[5], 4, 4],
  [[6], 12, 16],
  [[13], 33, 20],
  [[17], 64, 68],
  [[29], 40, 132],
  [[2, 3, 5], 16, 24],
  [[3, 7, 7], 8, 100],
  [[100], 20, 3],
];

const slowCompiler = await compilesSlowly();

describe.each(products)('$name', ({ kernel, operation }) => {
  const names = kernel.variants.map(({ name }) => name);
  const quick = names.filter((name) =>
    slowCompiler ? /4x1-vec4|scalar/.test(name) : /quad-(8|16)x1|4x1-vec4|scalar|sliced-4x/.test(name),
  );

  test.each(shapes.map((shape) => [title(shape), shape] as const))(
    'variants that compile quickly: %s',
    async (_, shape) => {
      const ran = await expectAgreement({ ...operationCase(kernel, operation(shape)), variants: quick });
      expect(ran.length).toBeGreaterThanOrEqual(2);
    },
  );

  // The steps themselves are tested elsewhere; here, that each kernel gives them their operands.
  test.each(epilogues.slice(-4).map((steps) => [steps.join(' → '), steps] as const))(
    '%s',
    async (_, steps) => {
      const variants = quick.filter((name) => /8x1|4x1|4x4-scalar/.test(name));
      await expectAgreement({ ...operationCase(kernel, operation([[9], 16, 20]), steps), variants });
      await expectAgreement({ ...operationCase(kernel, operation([[3], 5, 7]), steps), variants });
    },
  );

  const telling: [Shape, readonly EpilogueStep[]][] = [
    // Tiles end beyond the rows, the columns and the inner size.
    [
      [[2, 15], 48, 36],
      ['bias', 'relu6'],
    ],
    // Tiles fit.
    [
      [[64], 64, 64],
      ['bias', 'add', 'relu6_gradient'],
    ],
    [
      [[3], 5, 7],
      ['sigmoid_gradient', 'multiply'],
    ],
  ];
  test.each(telling.map((case_) => [title(case_[0]), ...case_] as const))(
    'every variant: %s',
    async (_, shape, epilogue) => {
      // A compiler that takes half a minute over the largest leaves it to the other adapters.
      const variants = names.filter((name) => !slowCompiler || !/28x1|16x2|workgroup-64/.test(name));
      await expectAgreement({ ...operationCase(kernel, operation(shape), epilogue), variants });
    },
  );

  test('every variant supports the first of these shapes where its features are there', async () => {
    await expectAllSupport(kernel, operationCase(kernel, operation([[2, 15], 48, 36])).problem);
  });

  test('no two variants share a name', () => {
    expect(new Set(names).size).toBe(names.length);
  });

  /** The gradients of the head's dense layers, of MobileNet's first and last pointwise layer and classifier, small. */
  const layers: Shape[] = [
    [[64], 1000, 512],
    [[8], 256, 1024],
    [[2, 28, 28], 32, 64],
    [[1, 7, 7], 256, 512],
    [[1], 1024, 101],
    [[3], 512, 43],
  ];
  test.each(layers.map((shape) => [title(shape), shape] as const))(
    'the default variant: %s',
    async (_, shape) => {
      const case_ = operationCase(kernel, operation(shape), ['relu6_gradient']);
      const variant = kernel.defaultVariant(case_.problem, await kernelTarget());
      expect(await expectAgreement({ ...case_, variants: [variant.name] })).toEqual([variant.name]);
    },
  );

  test('cost counts two operations a multiply-add, and each operand once', () => {
    const { problem } = operationCase(kernel, operation([[2, 3], 4, 5]), ['relu_gradient']);
    const result = operation([[2, 3], 4, 5]).shape.reduce((product, size) => product * size);
    const operands = problem.inputs.reduce(
      (sum, { shape }) => sum + shape.reduce((product, size) => product * size),
      0,
    );
    expect(kernel.cost(problem)).toEqual({
      operations: 2 * 6 * 4 * 5 + result,
      bytesRead: 4 * operands,
      bytesWritten: 4 * result,
    });
  });
});

test('float16 weights, transposed', async (context) => {
  const { features } = await kernelTarget();
  const case_ = operationCase(matmulTransposedRight, right([[9], 16, 20], 'float16'), ['bias']);
  if (!features.has('shader-f16')) {
    for (const variant of matmulTransposedRight.variants)
      expect(variant.supports(case_.problem, await kernelTarget())).toBe(false);
    context.skip('the adapter has no shader-f16');
  }
  await expectAgreement({ ...case_, variants: ['quad-8x1-vec4', 'tile-4x1-vec4-16', 'tile-4x4-scalar-32'] });
});
