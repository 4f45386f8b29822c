import { expect, test } from 'vitest';
import { checkOffsets, checkPhotoLayout } from '../../engine/data/ragged.ts';
import { elementCount, type Value } from '../../engine/graph/value.ts';
import {
  add,
  conv2d,
  input,
  matmul,
  parameter,
  planGraph,
  relu6,
  segmentMean,
  softmax,
} from '../../engine/index.ts';
import { expectedOutput, randomOperands } from '../../engine/lab/operands.ts';
import { judge } from '../../engine/lab/verdict.ts';

const target = {
  features: new Set<string>(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  software: true,
};

function problemOf(output: Value) {
  return planGraph({ outputs: { output } }, target).dispatches.at(-1)!;
}

test.each([
  [
    'a matrix product with bias',
    relu6(add(matmul(input('x', [2, 9, 5]), parameter('w', [5, 4])), parameter('b', [4]))),
  ],
  ['a convolution', relu6(conv2d(input('x', [6, 5, 5, 3]), parameter('w', [3, 3, 3, 4])))],
  ['a softmax', softmax(input('x', [12, 7]))],
])('some rows of %s are those of the whole', (_, output) => {
  const { problem, operation } = problemOf(output);
  const operands = randomOperands(problem, operation, 3);
  const whole = expectedOutput(problem, operation, operands, 1, 3);
  expect(whole.rows).toBeNull();
  const rowCount = operation === 'matmul' ? 18 : output.shape[0]!;
  const part = expectedOutput(problem, operation, operands, (4e8 * rowCount) / 3.5, 3);
  expect(part.rows).toHaveLength(3);
  expect(part.rows).toContain(0);
  expect(part.rows).toContain(rowCount - 1);
  const width = elementCount(output.shape) / rowCount;
  part.rows!.forEach((row, from) => {
    for (let i = 0; i < width; i++) {
      expect(part.values[from * width + i]).toBeCloseTo(whole.values[row * width + i]!, 12);
    }
  });
});

test('random offsets and layouts divide their rows', () => {
  const mean = problemOf(segmentMean(input('x', [40, 3]), input('offsets', [7], 'uint32')));
  for (const seed of [1, 2, 3]) {
    const offsets = randomOperands(mean.problem, mean.operation, seed)[1]!;
    expect(offsets).toHaveLength(7);
    checkOffsets(offsets, 40);
  }
  const photos = {
    inputs: [
      { shape: [1000, 4], dataType: 'uint8' as const },
      { shape: [3, 3], dataType: 'uint32' as const },
    ],
    output: { shape: [3, 8, 8, 3], dataType: 'float32' as const },
    epilogue: [],
  };
  checkPhotoLayout(randomOperands(photos, 'image_preprocess', 5)[1]!, 1000);
});

test('seeds differ, and the same seed gives the same operands', () => {
  const { problem, operation } = problemOf(matmul(input('x', [4, 64]), parameter('w', [64, 4])));
  expect(randomOperands(problem, operation, 1)).toEqual(randomOperands(problem, operation, 1));
  expect(randomOperands(problem, operation, 1)).not.toEqual(randomOperands(problem, operation, 2));
});

const written = (values: Float32Array, unwritten: number[] = []) => ({
  values,
  isUnwritten: (index: number) => unwritten.includes(index),
  outside: false,
});

test('the first wrong element is named, and how many there are', () => {
  const expected = Float64Array.from({ length: 12 }, (_, i) => 1 + i / 10);
  const values = Float32Array.from(expected);
  expect(judge(written(values), expected, [3, 4], undefined, [1, 1, 1])).toBeLessThan(1e-6);
  values[6] = 0.25;
  values[9] = Number.NaN;
  const found = judge(written(values), expected, [3, 4], undefined, [1, 1, 1]);
  expect(found).toMatchObject({ at: [1, 2], actual: 0.25, expected: 1.6, wrongElements: 2, elements: 12 });
  expect(found).toHaveProperty('text', 'wrong at [1, 2]: 0.25 instead of 1.6 (2 of 12 elements)');
});

test('elements that were not written are told from NaN that was', () => {
  const values = Float32Array.of(1, Number.NaN, Number.NaN, 1);
  const found = judge(written(values, [2]), [1, 1, 1, 1], [4], undefined, [2, 1, 1]);
  expect(found).toMatchObject({ at: [2], wrongElements: 2 });
  expect(found).toHaveProperty('text', expect.stringContaining('1 of 4 elements were not written'));
});

test('an output that is a little off everywhere is wrong, at its worst element', () => {
  const expected = Float64Array.from({ length: 100 }, () => 1);
  const values = Float32Array.from(expected, (x, i) => x + (i === 37 ? 6e-5 : 5e-5));
  expect(judge(written(values), expected, [10, 10], undefined, [1, 1, 1])).toMatchObject({ at: [3, 7] });
});

test('writing outside of the output is wrong', () => {
  const outside = { ...written(Float32Array.of(1)), outside: true };
  expect(judge(outside, [1], [1], undefined, [1, 1, 1])).toMatchObject({ text: 'wrote outside its output' });
});
