import { describe, expect, test } from 'vitest';
import { input } from '../../engine/index.ts';
import {
  segmentMeanGradient,
  segmentOuter,
  segmentSoftmaxGradient,
  softmaxGradient,
} from '../../engine/training.ts';
import { segmentMeanGradient as meanKernel } from '../../kernels/segment_mean_gradient.ts';
import { segmentOuter as outerKernel } from '../../kernels/segment_outer.ts';
import { segmentSoftmaxGradient as softmaxKernel } from '../../kernels/segment_softmax_gradient.ts';
import { softmaxGradient as rowSoftmaxKernel } from '../../kernels/softmax_gradient.ts';
import { expectAgreement } from './against-reference.ts';
import { operationCase } from './operation-case.ts';
import { offsetsOf, raggedBatches, raggedCases } from './ragged.ts';
import { randomArray } from './run-kernel.ts';

const widths = [1024, 33, 6, 5, 3, 1];
const tolerance = { relativeL2: 1e-6, relativeWorst: 2e-6 };
const offsetsInput = (sets: number) => input('offsets', [sets + 1], 'uint32');

describe.each(raggedCases(widths))('$name, K = $features', ({ sizes, capacity, features }) => {
  const sets = sizes.length;
  const variants = features % 4 === 0 ? 4 : 2;

  test('segment_mean_gradient', async () => {
    const dy = input('dy', [sets, features]);
    const ran = await expectAgreement({
      ...operationCase(meanKernel, segmentMeanGradient(dy, offsetsInput(sets), capacity)),
      inputs: [randomArray(sets * features, 1), offsetsOf(sizes)],
      tolerance,
    });
    expect(ran).toHaveLength(variants);
  });

  test.each([
    ['a row for each set', [sets, features]],
    ['one row for all', [features]],
  ])('segment_outer, %s', async (_, shape) => {
    const value = segmentOuter(input('w', [capacity]), input('y', shape), offsetsInput(sets));
    const count = shape.reduce((a, b) => a * b);
    const ran = await expectAgreement({
      ...operationCase(outerKernel, value),
      inputs: [randomArray(capacity, 2), randomArray(count, 1), offsetsOf(sizes)],
      tolerance,
    });
    expect(ran).toHaveLength(variants);
  });
});

const large = { name: 'a set of thousands', sizes: [3000, 0, 96], capacity: 3100 };
test.each([...raggedBatches, large])('segment_softmax_gradient, $name', async ({ sizes, capacity }) => {
  const [w, dw] = [input('w', [capacity]), input('dw', [capacity])];
  const ran = await expectAgreement({
    ...operationCase(softmaxKernel, segmentSoftmaxGradient(w, dw, offsetsInput(sizes.length))),
    // All positive, but the difference from the mean is as large as they are.
    inputs: [randomArray(capacity, 1, 0, 0.1), randomArray(capacity, 2, 0, 1), offsetsOf(sizes)],
    tolerance: { relativeL2: 2e-6, relativeWorst: 4e-6 },
  });
  expect(ran).toEqual(['set', 'workgroup-64']);
});

test.each([[[1, 1]], [[3, 5]], [[9, 1001]], [[64, 43]]])('softmax_gradient %j', async (shape) => {
  const count = shape.reduce((a, b) => a * b);
  const ran = await expectAgreement({
    ...operationCase(rowSoftmaxKernel, softmaxGradient(input('y', shape), input('dy', shape))),
    inputs: [randomArray(count, 1, 0, 0.1), randomArray(count, 2, 0, 1)],
    tolerance: { relativeL2: 2e-6, relativeWorst: 4e-6 },
  });
  expect(ran).toEqual(['row', 'workgroup-64']);
});
