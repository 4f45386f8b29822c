import { describe, expect, test } from 'vitest';
import { segmentSoftmax } from '../../kernels/segment_softmax.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { offsetsBeyondCapacity, offsetsOf, raggedBatches } from './ragged.ts';
import { type KernelInput, randomArray, runKernel } from './run-kernel.ts';

function problemOf(capacity: number, sets: number) {
  return {
    inputs: [tensor([capacity]), tensor([sets + 1], 'uint32')],
    output: tensor([capacity]),
    epilogue: [],
  };
}

async function check(e: KernelInput, sizes: readonly number[]): Promise<void> {
  const ran = await expectAgreement({
    kernel: segmentSoftmax,
    operation: { kind: 'segment_softmax' },
    problem: problemOf(e.length, sizes.length),
    inputs: [e, offsetsOf(sizes)],
    // One exponential is off by up to 3 + 2 |x| units in the last place (WGSL, "Accuracy of Built-in Functions").
    tolerance: { relativeL2: 2e-6, relativeWorst: 4e-6 },
  });
  expect(ran).toEqual(['set', 'workgroup-64']);
}

describe('segment_softmax', () => {
  test.each(raggedBatches)('$name', async ({ sizes, capacity }) => {
    await check(randomArray(capacity, 5, -8, 8), sizes);
  });

  test('a set of thousands', async () => {
    await check(randomArray(5000, 6, -3, 3), [4000, 500]);
  });

  test.each([
    ['all equal and huge', [3e38, 3e38, 3e38]],
    ['all equal and hugely negative', [-3e38, -3e38, -3e38]],
    ['one huge', [0, 1e38, 1]],
    ['both ends of float32', [-3.4e38, 3.4e38, 0]],
    ['far apart', [-200, 0, -104, -100]],
  ])('%s', async (_name, scores) => {
    await check(new Float32Array([0.5, ...scores, -1e38]), [1, scores.length]);
  });

  test('offsets beyond the capacity touch nothing beyond it', async () => {
    const { capacity, wrong, meant } = offsetsBeyondCapacity;
    const problem = problemOf(capacity, 2);
    const e = randomArray(capacity, 1);
    for (const variant of segmentSoftmax.variants) {
      const program = variant.build(problem);
      const w = await runKernel(program, [e, wrong], capacity);
      expect(w, variant.name).toEqual(await runKernel(program, [e, meant], capacity));
    }
  });

  test('offsets that do not start at 0 leave the rows before them 0', async () => {
    for (const variant of segmentSoftmax.variants) {
      const w = await runKernel(
        variant.build(problemOf(5, 1)),
        [new Float32Array(5), new Uint32Array([2, 4])],
        5,
      );
      expect([...w], variant.name).toEqual([0, 0, 0.5, 0.5, 0]);
    }
  });
});
