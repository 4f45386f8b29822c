/** Cases of the heavy kernels: one operation of the graph, an epilogue, and seeded data. */
import { toFloat16 } from '../../engine/data-type.ts';
import { elementCount, type Value } from '../../engine/graph/value.ts';
import type { ComputingOperation } from '../../engine/reference/evaluate.ts';
import { takesOperand } from '../../kernels/epilogue.ts';
import type { EpilogueStep, Kernel, KernelProblem, TensorSpecification } from '../../kernels/kernel.ts';
import { likesLongShaders } from '../../kernels/software.ts';
import type { Case } from './against-reference.ts';
import { type KernelInput, kernelTarget, randomArray } from './run-kernel.ts';

/** Every combination that the models use, and one that uses everything. */
export const epilogues: readonly (readonly EpilogueStep[])[] = [
  [],
  ['bias'],
  ['relu'],
  ['relu6'],
  ['sigmoid'],
  ['tanh'],
  ['bias', 'relu'],
  ['bias', 'relu6'],
  ['bias', 'sigmoid'],
  ['bias', 'tanh'],
  ['bias', 'sigmoid', 'multiply'],
  ['relu6_gradient'],
  ['bias', 'add', 'relu6', 'multiply', 'tanh', 'add'],
];

/** Random data of a specification, uniform in [−1, 1); float16 is rounded from it. */
function dataOf({ shape, dataType }: TensorSpecification, seed: number): KernelInput {
  const values = randomArray(elementCount(shape), seed);
  return dataType === 'float16' ? Uint16Array.from(toFloat16(values)) : values;
}

/**
 * The case of a value whose operands are leaves.
 *
 * @param epilogue steps behind the operation; their operands get the shapes they need
 */
export function operationCase<Problem extends KernelProblem>(
  kernel: Kernel<Problem>,
  value: Value,
  epilogue: readonly EpilogueStep[] = [],
): Case & { readonly problem: Problem } {
  const { kind, ...attributes } = value.operation;
  const { shape, dataType } = value;
  const operands = epilogue.flatMap((step): TensorSpecification[] => {
    if (step === 'bias') return [{ shape: [shape.at(-1)!], dataType: 'float32' }];
    return takesOperand(step) ? [{ shape, dataType: 'float32' }] : [];
  });
  const own = value.inputs.map(({ shape, dataType }) => ({ shape, dataType }));
  const problem = {
    ...attributes,
    inputs: [...own, ...operands],
    output: { shape, dataType },
    epilogue,
  } as unknown as Problem;
  return {
    kernel,
    operation: { kind, ...attributes } as ComputingOperation,
    problem,
    inputs: problem.inputs.map((input, index) => dataOf(input, index + 1)),
  };
}

/**
 * Whether the adapter's compiler takes seconds over long shaders (lavapipe's LLVM): tests then leave the longest
 * variants to the other adapters, and run fewer of the rest on each shape.
 */
export async function compilesSlowly(): Promise<boolean> {
  const target = await kernelTarget();
  return target.software && !likesLongShaders(target);
}
