/** Operands stored as float16 in the small kernels; arithmetic stays float32, so results are as near as with float32. */
import { expect, test } from 'vitest';
import { toFloat16 } from '../../engine/data-type.ts';
import { trainingKernels } from '../../engine/plan/training-kernels.ts';
import '../../engine/training.ts';
import type { ComputingOperation } from '../../engine/reference/evaluate.ts';
import { attentionPool } from '../../kernels/attention_pool.ts';
import { attentionScores } from '../../kernels/attention_scores.ts';
import { elementwise } from '../../kernels/elementwise.ts';
import { globalAveragePool } from '../../kernels/global_average_pool.ts';
import type { DataType, Kernel, KernelTarget } from '../../kernels/kernel.ts';
import { segmentMean } from '../../kernels/segment_mean.ts';
import { segmentSoftmax } from '../../kernels/segment_softmax.ts';
import { segmentWeightedSum } from '../../kernels/segment_weighted_sum.ts';
import { softmax } from '../../kernels/softmax.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { kernelTarget, randomArray } from './run-kernel.ts';

type OperandOf = readonly [shape: readonly number[], dataType: DataType];

const half = (...shape: number[]): OperandOf => [shape, 'float16'];
const offsets: OperandOf = [[3], 'uint32'];

const problems: readonly [Kernel, ComputingOperation, readonly OperandOf[], readonly number[]][] = [
  [globalAveragePool, { kind: 'global_average_pool' }, [half(2, 3, 3, 8)], [2, 8]],
  [softmax, { kind: 'softmax' }, [half(3, 20)], [3, 20]],
  [attentionScores, { kind: 'attention_scores' }, [half(9, 20), half(20), offsets], [9]],
  [segmentSoftmax, { kind: 'segment_softmax' }, [half(9), offsets], [9]],
  [segmentWeightedSum, { kind: 'segment_weighted_sum' }, [half(9), half(9, 16), offsets], [2, 16]],
  [segmentMean, { kind: 'segment_mean' }, [half(9, 16), offsets], [2, 16]],
  [attentionPool, { kind: 'attention_pool' }, [half(9), half(9, 16), offsets], [2, 16]],
  [trainingKernels.segment_outer, { kind: 'segment_outer' }, [half(9), half(2, 16), offsets], [9, 16]],
  [trainingKernels.segment_mean_gradient, { kind: 'segment_mean_gradient' }, [half(2, 16), offsets], [9, 16]],
  [trainingKernels.gather, { kind: 'gather' }, [half(9, 16), offsets], [3, 16]],
  [trainingKernels.scatter_add, { kind: 'scatter_add' }, [half(3, 16), offsets], [9, 16]],
  [trainingKernels.sum_rows, { kind: 'sum_rows' }, [half(9, 16)], [16]],
  [trainingKernels.subtract, { kind: 'subtract' }, [half(9, 16), half(9, 16)], [9, 16]],
  [elementwise.add, { kind: 'add' }, [half(5, 8), half(8)], [5, 8]],
  [elementwise.tanh, { kind: 'tanh' }, [half(5, 8)], [5, 8]],
];

/** With the name in front, for the tests' titles. */
const cases = problems.map((problem) => [problem[0].name, ...problem] as const);

/** A device with no optional feature. */
const plain: KernelTarget = {
  features: new Set(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  software: false,
};

function problemOf(operands: readonly OperandOf[], output: readonly number[]) {
  return {
    inputs: operands.map(([shape, dataType]) => tensor(shape, dataType)),
    output: tensor(output),
    epilogue: [],
  };
}

test.for(cases)('%s takes float16', async ([_name, kernel, operation, operands, output], context) => {
  const { features } = await kernelTarget();
  context.skip(!features.has('shader-f16'), 'The adapter lacks shader-f16.');
  const ran = await expectAgreement({
    kernel,
    operation,
    problem: problemOf(operands, output),
    inputs: operands.map(([shape, dataType], seed) => {
      if (dataType === 'uint32') return new Uint32Array([0, 5, 8]);
      const count = shape.reduce((product, size) => product * size, 1);
      return new Uint16Array(toFloat16(randomArray(count, seed, -2, 2)));
    }),
  });
  expect(ran).toHaveLength(kernel.variants.length);
});

test.each(cases)('%s refuses float16 without shader-f16', (_name, kernel, _operation, operands, output) => {
  const problem = problemOf(operands, output);
  for (const variant of kernel.variants) expect(variant.supports(problem, plain), variant.name).toBe(false);
});
