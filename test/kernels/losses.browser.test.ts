import { describe, expect, test } from 'vitest';
import {
  binaryCrossEntropyGradient,
  softmaxCrossEntropyGradient,
  softmaxCrossEntropyOfRows,
} from '../../engine/graph/losses.ts';
import { input } from '../../engine/index.ts';
import { trainingKernels } from '../../engine/plan/training-kernels.ts';
import { uniform } from '../../engine/random.ts';
import { binaryCrossEntropy } from '../../engine/training.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { operationCase } from './operation-case.ts';
import { kernelTarget, randomArray, runKernel } from './run-kernel.ts';

const leaves = (shape: readonly number[]) => [input('logits', shape), input('targets', shape)] as const;
const upstream = Float32Array.of(1.5);

/** Zeros and ones, as many ones as D = 1000 categories have, and one soft target. */
function targetsOf(count: number): Float32Array<ArrayBuffer> {
  const targets = Float32Array.from({ length: count }, (_, i) => Number(uniform(7, i) < 0.1));
  targets[0] = 0.25;
  return targets;
}

function lossCase(shape: readonly number[], positiveWeight: number) {
  return operationCase(
    trainingKernels.binary_cross_entropy,
    binaryCrossEntropy(...leaves(shape), { positiveWeight }),
  );
}

function gradientCase(shape: readonly number[], positiveWeight: number) {
  return operationCase(
    trainingKernels.binary_cross_entropy_gradient,
    binaryCrossEntropyGradient(...leaves(shape), input('dy', [1]), { positiveWeight }),
  );
}

describe('binary_cross_entropy and its gradient', () => {
  test.each([
    [[1, 1], 1],
    [[3, 5], 36],
    [[64, 1000], 36],
    [[17, 43], 0.5],
  ])('%j, positive weight %f', async (shape, weight) => {
    const count = shape[0]! * shape[1]!;
    const logits = randomArray(count, 1, -8, 8);
    const targets = targetsOf(count);
    const tolerance = { relativeL2: 2e-6, relativeWorst: 4e-6 };
    await expectAgreement({ ...lossCase(shape, weight), inputs: [logits, targets], tolerance });
    await expectAgreement({ ...gradientCase(shape, weight), inputs: [logits, targets, upstream], tolerance });
  });

  test('logits from −100 to 100, and the ends of float32: every single term, and its slope', async () => {
    const ends = [-1e38, -100, -90, -88, -87, -20, -1e-3, -1e-30, 0, 1e-30, 1e-3, 20, 87, 88, 90, 100, 1e38];
    const logits = Float32Array.from([...ends, ...ends]);
    const targets = Float32Array.from(logits, (_, i) => Number(i < ends.length));
    const count = logits.length;
    const positiveWeight = 2;
    const softplus = (z: number) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
    const termOf = (z: number, isPositive: boolean) =>
      isPositive ? positiveWeight * softplus(-z) : softplus(z);
    const slopeOf = (z: number, isPositive: boolean) =>
      isPositive ? -positiveWeight / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z));
    // A part for each element, so that none hides behind another. What is below 1e-37 may become 0.
    const terms = { ...lossCase([count, 1], positiveWeight).problem, output: tensor([count]) };
    const slopes = gradientCase([count, 1], positiveWeight).problem;
    for (const [kernel, problem, expected, inputs] of [
      [trainingKernels.binary_cross_entropy, terms, termOf, []],
      [trainingKernels.binary_cross_entropy_gradient, slopes, slopeOf, [Float32Array.of(count)]],
    ] as const) {
      const target = await kernelTarget();
      for (const variant of kernel.variants) {
        if (!variant.supports(problem, target)) continue;
        const y = await runKernel(variant.build(problem), [logits, targets, ...inputs], count);
        y.forEach((actual, i) => {
          const wanted = expected(logits[i]!, i < ends.length);
          const distance = Math.abs(actual - wanted);
          const told = `${variant.name}, logit ${logits[i]}, target ${targets[i]}: ${actual}, not ${wanted}`;
          expect(distance <= 1e-5 * Math.abs(wanted) || distance < 1e-37, told).toBe(true);
        });
      }
    }
  });

  test('a NaN among the logits makes the loss NaN, and its own gradient', async () => {
    const logits = randomArray(8, 1);
    logits[5] = Number.NaN;
    const targets = targetsOf(8);
    for (const { kernel, problem, inputs } of [
      { ...lossCase([2, 4], 2), inputs: [logits, targets] },
      { ...gradientCase([2, 4], 2), inputs: [logits, targets, upstream] },
    ]) {
      const isLoss = inputs.length === 2;
      for (const variant of kernel.variants) {
        if (!variant.supports(problem, await kernelTarget())) continue;
        const y = await runKernel(variant.build(problem), inputs, isLoss ? 1 : 8);
        const nans = [...y].map((element) => Number(Number.isNaN(element)));
        expect(nans, `${kernel.name} ${variant.name}`).toEqual(isLoss ? [1] : [0, 0, 0, 0, 0, 1, 0, 0]);
      }
    }
  });
});

describe('softmax_cross_entropy and its gradient', () => {
  test.each([[[1, 1]], [[3, 5]], [[9, 1001]], [[64, 43]]])('%j', async (shape) => {
    const [rows, columns] = shape as [number, number];
    const logits = randomArray(rows * columns, 1, -8, 8);
    const targets = randomArray(rows * columns, 2, 0, 1);
    const tolerance = { relativeL2: 3e-6, relativeWorst: 1e-5 };
    const loss = operationCase(
      trainingKernels.softmax_cross_entropy,
      softmaxCrossEntropyOfRows(...leaves(shape)),
    );
    // With a single class the loss is 0, which only its exact value agrees with.
    const ran = await expectAgreement({ ...loss, inputs: [logits, targets], tolerance });
    expect(ran).toEqual(['row', 'workgroup-64', 'workgroup-256']);
    const gradient = operationCase(
      trainingKernels.softmax_cross_entropy_gradient,
      softmaxCrossEntropyGradient(...leaves(shape), input('dy', [rows])),
    );
    const dy = randomArray(rows, 3);
    if (columns > 1) await expectAgreement({ ...gradient, inputs: [logits, targets, dy], tolerance });
  });

  test('logits of thousands', async () => {
    const logits = Float32Array.of(-3000, 2000, 1999, 0, 1e30, -1e30, 0, 1);
    const targets = Float32Array.of(0, 0, 1, 0, 1, 0, 0, 0);
    const loss = operationCase(
      trainingKernels.softmax_cross_entropy,
      softmaxCrossEntropyOfRows(...leaves([2, 4])),
    );
    await expectAgreement({ ...loss, inputs: [logits, targets] });
  });
});
