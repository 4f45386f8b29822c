import { describe, expect, test } from 'vitest';
import { attentionPool } from '../../kernels/attention_pool.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { offsetsBeyondCapacity, offsetsOf, raggedCases } from './ragged.ts';
import { type KernelInput, randomArray, runKernel } from './run-kernel.ts';

const widths = [1024, 33, 6, 5, 3, 1, 4, 20];

function problemOf(capacity: number, features: number, sets: number) {
  return {
    inputs: [tensor([capacity]), tensor([capacity, features]), tensor([sets + 1], 'uint32')],
    output: tensor([sets, features]),
    epilogue: [],
  };
}

async function check(e: KernelInput, features: number, sizes: readonly number[]): Promise<void> {
  const ran = await expectAgreement({
    kernel: attentionPool,
    operation: { kind: 'attention_pool' },
    problem: problemOf(e.length, features, sizes.length),
    inputs: [e, randomArray(e.length * features, 9, 0, 6), offsetsOf(sizes)],
    // Features after ReLU6 do not cancel; an exponential is off by up to 3 + 2 |x| units in the last place.
    tolerance: { relativeL2: 2e-6, relativeWorst: 5e-6 },
  });
  expect(ran).toHaveLength(features % 16 === 0 ? 3 : features % 4 === 0 ? 2 : 1);
}

describe('attention_pool', () => {
  test.each(raggedCases(widths))('$name, K = $features', async ({ sizes, capacity, features }) => {
    await check(randomArray(capacity, 5, -8, 8), features, sizes);
  });

  test('scores that rise with every row, and that fall', async () => {
    const rising = Float32Array.from({ length: 40 }, (_, row) => row * 0.75);
    await check(rising, 16, [40]);
    await check(rising.slice().reverse(), 16, [40]);
  });

  test('a set of thousands', async () => {
    await check(randomArray(3000, 6, -3, 3), 16, [2900]);
  });

  test.each([
    ['all equal and huge', [3e38, 3e38, 3e38]],
    ['all equal and hugely negative', [-3e38, -3e38, -3e38]],
    ['one huge, first', [1e38, 0, 1]],
    ['one huge, last', [0, 1, 1e38]],
    ['both ends of float32', [-3.4e38, 3.4e38, 0]],
    ['down and up again', [3.4e38, -3.4e38, 3.4e38]],
    ['far apart', [-200, 0, -104, -100]],
  ])('%s', async (_name, scores) => {
    for (const features of [16, 3]) {
      await check(new Float32Array([0.5, ...scores, -1e38]), features, [1, scores.length]);
    }
  });

  test('offsets beyond the capacity read nothing beyond it', async () => {
    const { capacity, wrong, meant } = offsetsBeyondCapacity;
    const problem = problemOf(capacity, 16, 2);
    const e = randomArray(capacity, 1);
    const x = randomArray(capacity * 16, 1);
    for (const variant of attentionPool.variants) {
      const program = variant.build(problem);
      const y = await runKernel(program, [e, x, wrong], 32);
      expect(y, variant.name).toEqual(await runKernel(program, [e, x, meant], 32));
    }
  });
});
