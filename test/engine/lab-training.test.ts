import { expect, test } from 'vitest';
import { rowDistanceGradient } from '../../engine/graph/rows.ts';
import type { Value } from '../../engine/graph/value.ts';
import { input, planGraph } from '../../engine/index.ts';
import { expectedOutput, randomOperands } from '../../engine/lab/operands.ts';
import {
  binaryCrossEntropy,
  dropout,
  gather,
  rowDistance,
  scatterAdd,
  segmentMeanGradient,
  segmentOuter,
  segmentSoftmaxGradient,
} from '../../engine/training.ts';

const target = {
  features: new Set<string>(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  software: true,
};

const x = input('x', [12, 4]);
const rows = input('rows', [12]);
const offsets = input('offsets', [6], 'uint32');
const indices = input('indices', [12], 'uint32');
const distances = rowDistance(x, input('other', [12, 4]));

test.each<[string, Value]>([
  ['segment_outer', segmentOuter(rows, input('y', [5, 4]), offsets)],
  ['segment_mean_gradient', segmentMeanGradient(input('y', [5, 4]), offsets, 9)],
  ['segment_softmax_gradient', segmentSoftmaxGradient(rows, input('dw', [12]), offsets)],
  ['gather', gather(input('table', [7, 4]), indices)],
  ['scatter_add', scatterAdd(x, indices, 7)],
  ['row_distance', distances],
  [
    'row_distance_gradient',
    rowDistanceGradient(x, input('other', [12, 4]), rows, input('dd', [12]), { metric: 'manhattan' }),
  ],
  ['dropout', dropout(x, input('counter', [2], 'uint32'), { rate: 0.5 })],
  ['binary_cross_entropy', binaryCrossEntropy(x, input('targets', [12, 4]), { positiveWeight: 36 })],
])("the lab's random operands of %s are ones that a run takes", (kind, output) => {
  const { problem, operation } = planGraph({ outputs: { output } }, target).dispatches.at(-1)!;
  expect(operation).toBe(kind);
  for (const seed of [1, 2, 3]) {
    const operands = randomOperands(problem, operation, seed);
    const { values } = expectedOutput(problem, operation, operands, 1, seed);
    expect(Array.from(values).every(Number.isFinite)).toBe(true);
    expect(Array.from(values).some((number) => number !== 0)).toBe(true);
  }
});
