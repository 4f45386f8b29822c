import { describe, expect, test } from 'vitest';
import { softmax } from '../../kernels/softmax.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { type KernelInput, randomArray } from './run-kernel.ts';

function check(rows: number, classes: number, x: KernelInput, variants?: string[]): Promise<string[]> {
  return expectAgreement({
    kernel: softmax,
    operation: { kind: 'softmax' },
    problem: { inputs: [tensor([rows, classes])], output: tensor([rows, classes]), epilogue: [] },
    inputs: [x],
    ...(variants && { variants }),
    // One exponential is off by up to 3 + 2 |x| units in the last place (WGSL, "Accuracy of Built-in Functions").
    tolerance: { relativeL2: 2e-6, relativeWorst: 4e-6 },
  });
}

describe('softmax', () => {
  test.each([
    [1, 1],
    [1, 2],
    [3, 4],
    [2, 5],
    [1, 1001],
    [5, 1000],
    [2, 4096],
    [1, 20_011],
  ])('[%i, %i]', async (rows, classes) => {
    const ran = await check(rows, classes, randomArray(rows * classes, 7, -8, 8));
    expect(ran).toHaveLength(classes % 4 === 0 ? 4 : 3);
  });

  test('more workgroups than one dimension takes', async () => {
    expect(await check(262_145, 1, new Float32Array(262_145), ['row'])).toEqual(['row']);
  });

  test.each([
    ['all equal and huge', [3e38, 3e38, 3e38, 3e38, 3e38]],
    ['all equal and hugely negative', [-3e38, -3e38, -3e38, -3e38]],
    ['one huge', [0, 1, 1e38, 2, 3, 4, 5, 6]],
    ['both ends of float32', [-3.4e38, 3.4e38, 0, 1]],
    ['one hugely negative', [0.5, -1e38, 0.25, 0.125, 1]],
    ['two huge', [1e38, 1e38, -1e38, -1e38, 0]],
    ['zeros', [0, 0, 0]],
    ['far apart', [0, -50, -100, -103, -104, -200, -1000]],
  ])('%s', async (_name, row) => {
    await check(1, row.length, new Float32Array(row));
  });
});
