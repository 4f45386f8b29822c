import { describe, expect, test } from 'vitest';
import { gradients } from '../../engine/gradient/gradients.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { matmul } from '../../engine/graph/matmul.ts';
import { matmulTransposedLeft, matmulTransposedRight } from '../../engine/graph/transposed-matmul.ts';
import { topologicalOrder } from '../../engine/graph/value.ts';
import { expectGradients, weighedSum } from './central-differences.ts';

const leading = [[1], [4], [2, 3], [2, 1, 5]];

describe.each(leading.map((sizes) => [sizes]))('leading sizes %j', (sizes) => {
  test('x w', () => {
    const x = input('x', [...sizes, 3]);
    const w = parameter('w', [3, 5]);
    expectGradients(matmul(x, w), [x, w]);
  });

  test('x wᵀ', () => {
    const x = input('x', [...sizes, 3]);
    const w = parameter('w', [5, 3]);
    expectGradients(matmulTransposedRight(x, w), [x, w]);
  });

  test('xᵀ y', () => {
    const x = input('x', [...sizes, 3]);
    const y = input('y', [...sizes, 5]);
    expectGradients(matmulTransposedLeft(x, y), [x, y]);
  });
});

test('an operand that is both', () => {
  const x = input('x', [4, 4]);
  expectGradients(matmul(x, x), [x]);
  expectGradients(matmulTransposedRight(x, x), [x]);
  expectGradients(matmulTransposedLeft(x, x), [x]);
});

test('a frozen operand costs nothing', () => {
  const x = input('x', [4, 3]);
  const w = parameter('w', [3, 5]);
  const { loss } = weighedSum(matmul(x, w));
  const [dw] = gradients(loss, [w]);
  const kinds = topologicalOrder({ outputs: { dw: dw! } }).map(({ operation }) => operation.kind);
  expect(kinds).toContain('matmul_transposed_left');
  // The one that the sum of the loss itself asks for.
  expect(kinds.filter((kind) => kind === 'matmul_transposed_right')).toHaveLength(1);
  expect(kinds).not.toContain('matmul');
});

test('the gradient of a gradient', () => {
  const x = input('x', [4, 3]);
  const w = parameter('w', [3, 5]);
  const inner = matmul(matmul(x, w), parameter('v', [5, 2]));
  const [dx, dw] = gradients(weighedSum(inner).loss, [x, w]);
  expectGradients(dx!, [w]);
  expectGradients(dw!, [x]);
});
