import { describe, expect, test } from 'vitest';
import { activationGradients } from '../../kernels/activation_gradients.ts';
import type { ActivationGradient, KernelProblem } from '../../kernels/kernel.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { kernelTarget, randomArray, runKernel } from './run-kernel.ts';
import '../../engine/training.ts';

const kinds: readonly ActivationGradient[] = [
  'relu_gradient',
  'relu6_gradient',
  'sigmoid_gradient',
  'tanh_gradient',
];
const shapes = [[1], [5], [1024], [3, 6], [2, 3, 33], [2, 7, 7, 12]];

function problemOf(shape: readonly number[], epilogue: KernelProblem['epilogue'] = []): KernelProblem {
  const whole = tensor(shape);
  return { inputs: [whole, whole, ...epilogue.map(() => whole)], output: whole, epilogue };
}

describe.each(kinds)('%s', (kind) => {
  const kernel = activationGradients[kind];

  test.each(shapes.map((shape) => [shape]))('%j', async (shape) => {
    const count = shape.reduce((product, size) => product * size);
    const ran = await expectAgreement({
      kernel,
      operation: { kind },
      problem: problemOf(shape),
      inputs: [randomArray(count, 1), randomArray(count, 2, -3, 9)],
    });
    expect(ran).toHaveLength(shape.at(-1)! % 4 === 0 ? 2 : 1);
  });

  test('behind it the same and another', async () => {
    await expectAgreement({
      kernel,
      operation: { kind },
      problem: problemOf([3, 8], [kind, 'tanh_gradient', 'add']),
      inputs: [1, 2, 3, 4, 5].map((seed) => randomArray(24, seed, -1, 1)),
    });
  });

  test('at the kinks, and NaN stays NaN', async () => {
    const y = Float32Array.of(0, -0, 6, 5.9999995, 6.0000005, 1e-37, -1, Number.NaN);
    const dy = new Float32Array(8).fill(2);
    const nothing = new Float32Array(8).fill(Number.NaN);
    const target = await kernelTarget();
    const wanted: Partial<Record<ActivationGradient, number[]>> = {
      relu_gradient: [0, 0, 2, 2, 2, 2, 0, Number.NaN],
      relu6_gradient: [0, 0, 0, 2, 0, 2, 0, Number.NaN],
      sigmoid_gradient: [0, 0, -60, -60, -60, 0, -4, Number.NaN],
      tanh_gradient: [2, 2, -70, -70, -70, 2, 0, Number.NaN],
    };
    for (const variant of kernel.variants.filter((one) => one.supports(problemOf([8]), target))) {
      const dx = await runKernel(variant.build(problemOf([8])), [dy, y], 8);
      wanted[kind]!.forEach((expected, index) => {
        if (Number.isNaN(expected)) expect(dx[index], 'y = NaN').toBeNaN();
        else expect(dx[index], `y = ${y[index]}`).toBeCloseTo(expected, 4);
      });
      const lost = await runKernel(variant.build(problemOf([8])), [nothing, y], 8);
      expect([...lost].every(Number.isNaN)).toBe(true);
    }
  });
});
