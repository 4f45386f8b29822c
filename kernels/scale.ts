/**
 * Numbers that are computed, `[1]`, meet constants and whole tensors: `scale` multiplies a tensor by one, `broadcast` makes
 * a tensor of one. Gradients of sums, penalties, clipping.
 *
 * Shapes: x, any number of dimensions, and s `[1]` → y, as x. With s `[P]`, P a divisor of the elements of y, each of P
 * equally long parts of y has a number of its own.
 */
import type { KernelProblem, TensorSpecification } from './kernel.ts';
import { bitsOf, mapElements } from './map-elements.ts';
import { elementCount, type Lanes } from './storage.ts';

export interface ScaleProblem extends KernelProblem {
  readonly factor: number;
}

function partSize({ output }: KernelProblem, s: TensorSpecification | undefined): number {
  return elementCount(output.shape) / elementCount(s?.shape ?? [1]);
}

function sizesOf(problem: ScaleProblem, s: TensorSpecification | undefined): Record<string, number> {
  return { factor: bitsOf(problem.factor), part: partSize(problem, s) };
}

/** WGSL of what each element is multiplied by, an `f32`: the constant, and the number of its part. */
function factorCode(s: TensorSpecification | undefined, lanes: Lanes): string {
  const constant = 'bitcast<f32>(sizes.factor)';
  if (!s) return constant;
  const part = elementCount(s.shape) === 1 ? '0' : `${lanes === 4 ? '4u * ' : ''}index / sizes.part`;
  return `${constant} * f32(s[${part}])`;
}

export const scale = mapElements<ScaleProblem>({
  name: 'scale',
  formula: 'y = x · factor · s[part]',
  operands: ['x', 's*'],
  operations: 2,
  sizes: (problem) => sizesOf(problem, problem.inputs[1]),
  takesVectors: (problem) => partSize(problem, problem.inputs[1]) % 4 === 0,
  result: ({ inputs }, lanes) => `x * (${factorCode(inputs[1], lanes)})`,
});

export const broadcast = mapElements<ScaleProblem>({
  name: 'broadcast',
  formula: 'y = factor · s[part]',
  operands: ['s*'],
  operations: 1,
  sizes: (problem) => sizesOf(problem, problem.inputs[0]),
  takesVectors: (problem) => partSize(problem, problem.inputs[0]) % 4 === 0,
  result: ({ inputs }, lanes) => `${lanes === 4 ? 'vec4<f32>' : ''}(${factorCode(inputs[0], lanes)})`,
});
