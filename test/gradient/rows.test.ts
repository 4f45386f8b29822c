import { describe, expect, test } from 'vitest';
import { input, parameter } from '../../engine/index.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { gather, gradients, rowDistance, scatterAdd, sumOfSquares } from '../../engine/training.ts';
import { expectGradients } from './central-differences.ts';

const indices = input('indices', [5], 'uint32');
const data = { indices: [2, 0, 2, 2, 3] };

describe('gradients agree with central differences', () => {
  test('gather, rows picked twice and never', () => {
    const table = parameter('table', [6, 3]);
    expectGradients(gather(table, indices), [table], { data });
  });
  test('scatter_add', () => {
    const x = parameter('x', [5, 3]);
    expectGradients(scatterAdd(x, indices, 4), [x], { data });
  });
  test.each(['euclidean', 'manhattan'] as const)('row_distance, %s', (metric) => {
    const [a, b] = [parameter('a', [4, 7]), parameter('b', [4, 7])];
    expectGradients(rowDistance(a, b, { metric }), [a, b]);
  });
  test('distances between rows of one table: a siamese network', () => {
    const table = parameter('table', [6, 3]);
    const others = input('others', [5], 'uint32');
    const distance = rowDistance(gather(table, indices), gather(table, others));
    expectGradients(distance, [table], { data: { ...data, others: [0, 1, 3, 5, 4] } });
  });
});

test('the Euclidean distance of equal rows has the gradient 0', () => {
  const [a, b] = [parameter('a', [1, 3]), parameter('b', [1, 3])];
  const [da, db] = gradients(sumOfSquares(rowDistance(a, b)), [a, b]);
  const same = Float64Array.of(1, -2, 3);
  const found = interpret({ outputs: { da: da!, db: db! } }, { parameters: { a: same, b: same } });
  expect([...found.da!, ...found.db!].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
});

test('what does not fit is refused', () => {
  const table = parameter('table', [6, 3]);
  expect(() => gather(table, input('i', [5]))).toThrow('indices must be uint32 [M]');
  expect(() => scatterAdd(table, indices, 4)).toThrow('one row for each index');
  expect(() => rowDistance(table, parameter('b', [3, 6]))).toThrow('the same shape');
  expect(() => rowDistance(table, table, { metric: 'cosine' as 'euclidean' })).toThrow("no metric 'cosine'");
  const graph = { outputs: { y: gather(table, indices) } };
  const inputs = { indices: Uint32Array.of(0, 1, 6, 0, 0) };
  expect(() => interpret(graph, { inputs, parameters: { table: new Float64Array(18) } })).toThrow(
    'indices[2] is 6, but the table has 6 rows',
  );
});
