/** Compares every variant of a kernel with the float64 reference. */
import { expect } from 'vitest';
import { fromFloat16 } from '../../engine/data-type.ts';
import {
  type Comparison,
  compare,
  explain,
  FLOAT32_TOLERANCE,
  type Tolerance,
  within,
} from '../../engine/reference/compare.ts';
import { type ComputingOperation, evaluate } from '../../engine/reference/evaluate.ts';
import type { DataType, Kernel, KernelProblem, TensorSpecification } from '../../kernels/kernel.ts';
import { type KernelInput, kernelTarget, runKernel } from './run-kernel.ts';

/** A kernel with one problem and its data. */
export interface Case {
  readonly kernel: Kernel;
  readonly operation: ComputingOperation;
  readonly problem: KernelProblem;
  readonly inputs: readonly KernelInput[];
  /** Default: that of float32 arithmetic. */
  readonly tolerance?: Tolerance;
  /** Only these variants. Default: all that support the problem. */
  readonly variants?: readonly string[];
}

/** `float32 [4, 7]`, for short. */
export function tensor(shape: readonly number[], dataType: DataType = 'float32'): TensorSpecification {
  return { shape, dataType };
}

/** What an operand's elements mean. */
function numbersOf(input: KernelInput, dataType: DataType): Float64Array {
  return Float64Array.from(dataType === 'float16' ? fromFloat16(Uint16Array.from(input)) : input);
}

/**
 * Runs every variant that supports the problem and expects each to agree with the reference.
 *
 * @returns the names of the variants that ran, so that a test can see that none was left out
 */
export async function expectAgreement(testCase: Case): Promise<string[]> {
  const { kernel, operation, problem, inputs, tolerance = FLOAT32_TOLERANCE, variants } = testCase;
  const target = await kernelTarget();
  const expected = evaluate(
    { ...operation, ...problem },
    inputs.map((input, operand) => numbersOf(input, problem.inputs[operand]!.dataType)),
  );
  const supported = kernel.variants.filter((variant) => variant.supports(problem, target));
  expect(supported.length, `${kernel.name} has no variant for ${JSON.stringify(problem)}`).toBeGreaterThan(0);
  expect(supported).toContain(kernel.defaultVariant(problem, target));
  const chosen = supported.filter(({ name }) => variants?.includes(name) ?? true);
  for (const variant of chosen) {
    const actual = await runKernel(variant.build(problem), inputs, expected.length);
    const comparison: Comparison = compare(actual, expected);
    expect(
      within(comparison, tolerance),
      `${kernel.name} ${variant.name}: ${explain(comparison, problem.output.shape)}`,
    ).toBe(true);
  }
  return chosen.map(({ name }) => name);
}

/** Expects that the device runs every variant on the problem, but for those by quads where it has no `subgroups`. */
export async function expectAllSupport<Problem extends KernelProblem>(
  kernel: Kernel<Problem>,
  problem: Problem,
): Promise<void> {
  const target = await kernelTarget();
  for (const variant of kernel.variants) {
    const possible = !variant.name.startsWith('quad') || target.features.has('subgroups');
    expect(variant.supports(problem, target), variant.name).toBe(possible);
  }
}
