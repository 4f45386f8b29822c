import { describe, expect, test } from 'vitest';
import { segmentMean } from '../../kernels/segment_mean.ts';
import { segmentWeightedSum } from '../../kernels/segment_weighted_sum.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { offsetsBeyondCapacity, offsetsOf, raggedCases } from './ragged.ts';
import { kernelTarget, randomArray, runKernel } from './run-kernel.ts';

const widths = [1024, 33, 6, 5, 3, 1];
/** Features after ReLU6 and weights are not negative: nothing cancels, each sum is right to a few roundings. */
const tolerance = { relativeL2: 1e-6, relativeWorst: 2e-6 };

function meanProblem(capacity: number, features: number, sets: number) {
  return {
    inputs: [tensor([capacity, features]), tensor([sets + 1], 'uint32')],
    output: tensor([sets, features]),
    epilogue: [],
  };
}

function sumProblem(capacity: number, features: number, sets: number) {
  const { inputs, ...rest } = meanProblem(capacity, features, sets);
  return { inputs: [tensor([capacity]), ...inputs], ...rest };
}

describe('segment_mean', () => {
  const large = { name: 'a set of thousands', sizes: [3000, 0, 96], capacity: 3100, features: 8 };
  test.each([...raggedCases(widths), large])(
    '$name, K = $features',
    async ({ sizes, capacity, features }) => {
      const ran = await expectAgreement({
        kernel: segmentMean,
        operation: { kind: 'segment_mean' },
        problem: meanProblem(capacity, features, sizes.length),
        inputs: [randomArray(capacity * features, 1, 0, 6), offsetsOf(sizes)],
        tolerance,
      });
      expect(ran).toHaveLength(features % 4 === 0 ? 2 : 1);
    },
  );

  test('offsets beyond the capacity read nothing beyond it', async () => {
    const { capacity, wrong, meant } = offsetsBeyondCapacity;
    const problem = meanProblem(capacity, 4, 2);
    const x = randomArray(capacity * 4, 1);
    for (const variant of segmentMean.variants) {
      const program = variant.build(problem);
      const y = await runKernel(program, [x, wrong], 8);
      expect(y, variant.name).toEqual(await runKernel(program, [x, meant], 8));
    }
  });
});

describe('segment_weighted_sum', () => {
  test.each(raggedCases(widths))('$name, K = $features', async ({ sizes, capacity, features }) => {
    const ran = await expectAgreement({
      kernel: segmentWeightedSum,
      operation: { kind: 'segment_weighted_sum' },
      problem: sumProblem(capacity, features, sizes.length),
      inputs: [randomArray(capacity, 2, 0, 1), randomArray(capacity * features, 1, 0, 6), offsetsOf(sizes)],
      tolerance,
    });
    expect(ran).toHaveLength(features % 4 === 0 ? 2 : 1);
  });

  test('more workgroups than one dimension takes', async () => {
    const sets = 65_536;
    const problem = sumProblem(2, 64, sets);
    const offsets = new Uint32Array(sets + 1).fill(2);
    offsets.set([0, 0, 1]);
    const x = randomArray(128, 1);
    const target = await kernelTarget();
    const scalar = segmentWeightedSum.variants.find(({ name }) => name === 'column')!;
    expect(scalar.supports(problem, target)).toBe(true);
    const program = scalar.build(problem);
    expect(program.workgroups[1]).toBeGreaterThan(1);
    const y = await runKernel(program, [new Float32Array([1, 2]), x, offsets], sets * 64);
    expect(y.subarray(64, 128)).toEqual(x.subarray(0, 64));
    expect(y.subarray(128, 192)).toEqual(x.subarray(64).map((element) => 2 * element));
    expect(y.findLastIndex((element) => element !== 0)).toBe(191);
  });
});
