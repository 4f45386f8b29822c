import { describe, expect, test } from 'vitest';
import { input } from '../../engine/index.ts';
import { isKept } from '../../engine/reference/dropout.ts';
import { dropout } from '../../engine/training.ts';
import { dropout as kernel } from '../../kernels/dropout.ts';
import { expectAgreement } from './against-reference.ts';
import { operationCase } from './operation-case.ts';
import { randomArray, runKernel } from './run-kernel.ts';

function caseOf(shape: readonly number[], rate: number, stream: number) {
  return operationCase(kernel, dropout(input('x', shape), input('counter', [2], 'uint32'), { rate, stream }));
}

describe('dropout', () => {
  test.each([
    [[1], 0.5, 0],
    [[7], 0.3, 1],
    [[3, 6], 0, 2],
    [[2, 3, 5, 4], 0.999, 3],
    [[64, 2048], 0.5, 4_294_967_295],
  ])('%j at rate %f of stream %d draws the bits that the CPU draws', async (shape, rate, stream) => {
    const { problem } = caseOf(shape, rate, stream);
    const count = shape.reduce((a, b) => a * b);
    for (const [seed, step] of [
      [0, 0],
      [4_294_967_295, 123_456],
    ] as const) {
      const x = new Float32Array(count).fill(1);
      const kept = Math.fround(1 / (1 - rate));
      const expected = x.map((_, i) => (isKept({ rate, stream }, [seed, step], i) ? kept : 0));
      for (const variant of kernel.variants) {
        if (variant.name === 'vec4' && count % 4 > 0) continue;
        const y = await runKernel(variant.build(problem), [x, Uint32Array.of(seed, step)], count);
        const different = y.findIndex((element, i) => element !== expected[i]);
        expect(different, `${variant.name}: the first element that differs`).toBe(-1);
      }
    }
  });

  test('values agree with float64', async () => {
    const x = randomArray(1000, 1);
    const ran = await expectAgreement({ ...caseOf([10, 100], 0.4, 5), inputs: [x, Uint32Array.of(3, 9)] });
    expect(ran).toEqual(['vec4', 'scalar']);
  });
});
