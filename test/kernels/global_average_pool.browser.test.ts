import { describe, expect, test } from 'vitest';
import { globalAveragePool } from '../../kernels/global_average_pool.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { randomArray } from './run-kernel.ts';

describe('global_average_pool', () => {
  test.each([
    [1, 7, 7, 1024],
    [8, 7, 7, 1024],
    [2, 7, 7, 3],
    [1, 1, 1, 5],
    [3, 5, 2, 6],
    [1, 1, 9, 33],
    [2, 13, 1, 8],
    [1, 112, 112, 4],
    [65, 3, 3, 12],
  ])('[%i, %i, %i, %i]', async (batch, height, width, channels) => {
    const ran = await expectAgreement({
      kernel: globalAveragePool,
      operation: { kind: 'global_average_pool' },
      problem: {
        inputs: [tensor([batch, height, width, channels])],
        output: tensor([batch, channels]),
        epilogue: [],
      },
      // After ReLU6, features lie in [0, 6]: no cancellation, so the mean of 49 is right to a few roundings.
      inputs: [randomArray(batch * height * width * channels, 3, 0, 6)],
      tolerance: { relativeL2: 1e-6, relativeWorst: 2e-6 },
    });
    expect(ran).toHaveLength(channels % 4 === 0 ? 4 : 2);
  });
});
