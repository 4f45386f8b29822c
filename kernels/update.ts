/**
 * What optimisers do to parameters, in place: one pass over parameter, state and gradient.
 *
 * Sources: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (ICLR 2015), algorithm 1; Loshchilov and Hutter,
 * "Decoupled Weight Decay Regularization" (ICLR 2019), algorithm 2; Sutskever et al., "On the importance of
 * initialization and momentum in deep learning" (ICML 2013), equations 1 and 2.
 *
 * Operands: the state, all of one shape, any number of dimensions; the gradient (or what is added), of the same shape;
 * then what `updates.ts` of the graph says. All float32.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { sizesCode } from './sizes.ts';
import { byteLength, elementCount, type Lanes, realType, unsizedArrayType } from './storage.ts';

/** `inPlace` operands are state. */
export interface UpdateProblem extends KernelProblem {
  readonly inPlace: number;
}

export interface SgdProblem extends UpdateProblem {
  readonly momentum: number;
  readonly weightDecay: number;
}

export interface AdamProblem extends UpdateProblem {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export interface AccumulateProblem extends UpdateProblem {
  readonly keep: number;
  readonly factor: number;
}

const workgroupSize = 64;

/** The names of the operands behind the state, and the statements that change element `i`. */
interface UpdateCode<Problem> {
  readonly name: string;
  readonly formula: string;
  readonly state: readonly string[];
  readonly operands: readonly string[];
  /** For one element; an exponential or root counts as one. */
  readonly operations: number;
  /** WGSL that changes `state[i]`; T is the type of an element. */
  readonly body: (problem: Problem, has: (operand: string) => boolean, type: string) => string;
}

function updateVariant<Problem extends UpdateProblem>(
  code: UpdateCode<Problem>,
  lanes: Lanes,
): KernelVariant<Problem> {
  return {
    name: lanes === 4 ? 'vec4' : 'scalar',
    supports: ({ inputs }) => elementCount(inputs[0]!.shape) % lanes === 0,
    build(problem) {
      const { inputs, inPlace } = problem;
      const names = [...code.state.slice(0, inPlace), ...code.operands].slice(0, inputs.length);
      const has = (name: string) => names.includes(name);
      const count = elementCount(inputs[0]!.shape) / lanes;
      const grid = gridOfInvocations(count, workgroupSize);
      const sizes = sizesCode(inputs.length, { count, row_length: grid.rowLength });
      // The first operand behind the state has its shape, the others are a few numbers.
      const bindings = names.map((name, binding) => {
        const access = binding < inPlace ? 'read_write' : 'read';
        const type = unsizedArrayType(inputs[binding]!, binding <= inPlace ? lanes : 1);
        return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: ${type};`;
      });
      return {
        wgsl: wgsl`
${bindings.join('\n')}
${sizes.declaration}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let i = invocation.y * sizes.row_length + invocation.x;
  if (i >= sizes.count) { return; }
  ${code.body(problem, has, realType(lanes))}
}
`,
        sizes: sizes.values,
        workgroupSize: [workgroupSize, 1, 1],
        workgroups: grid.workgroups,
      };
    },
  };
}

function updateKernel<Problem extends UpdateProblem>(code: UpdateCode<Problem>): Kernel<Problem> {
  const vectors = updateVariant(code, 4);
  const scalars = updateVariant(code, 1);
  return {
    name: code.name,
    formula: code.formula,
    variants: [vectors, scalars],
    defaultVariant: (problem, target) => (vectors.supports(problem, target) ? vectors : scalars),
    cost({ inputs, inPlace }) {
      return {
        operations: code.operations * elementCount(inputs[0]!.shape),
        bytesRead: inputs.reduce((sum, operand) => sum + byteLength(operand), 0),
        bytesWritten: inPlace * byteLength(inputs[0]!),
      };
    },
  };
}

export const sgd: Kernel<SgdProblem> = updateKernel({
  name: 'sgd',
  formula: 'b = μ b + g + λ p, p = p − α b',
  state: ['parameter', 'velocity'],
  operands: ['gradient', 'step', 'clip'],
  operations: 6,
  body: ({ momentum, weightDecay }, has, type) => `let p = parameter[i];
  var b = gradient[i]${has('clip') ? ' * clip[0]' : ''} + f32(${weightDecay}) * p;
  ${has('velocity') ? `b += f32(${momentum}) * velocity[i];\n  velocity[i] = b;` : ''}
  parameter[i] = p - ${type}(step[0]) * b;`,
});

export const adam: Kernel<AdamProblem> = updateKernel({
  name: 'adam',
  formula: 'm = β₁ m + (1 − β₁) g, v = β₂ v + (1 − β₂) g², p = p − α (m c₁ / (√(v c₂) + ε) + λ p)',
  state: ['parameter', 'mean', 'variance'],
  operands: ['gradient', 'step', 'clip'],
  operations: 15,
  body: ({ beta1, beta2, epsilon, weightDecay }, has, type) => `let p = parameter[i];
  let g = gradient[i]${has('clip') ? ' * clip[0]' : ''};
  let m = f32(${beta1}) * mean[i] + f32(${1 - beta1}) * g;
  let v = f32(${beta2}) * variance[i] + f32(${1 - beta2}) * g * g;
  mean[i] = m;
  variance[i] = v;
  let direction = m * step[1] / (sqrt(v * step[2]) + ${type}(${epsilon}));
  parameter[i] = p - step[0] * (direction + f32(${weightDecay}) * p);`,
});

export const accumulate: Kernel<AccumulateProblem> = updateKernel({
  name: 'accumulate',
  formula: 's = keep · s + factor · x',
  state: ['sum'],
  operands: ['x', 'coefficients'],
  operations: 3,
  body: ({ keep, factor }, has, type) =>
    has('coefficients')
      ? `let kept = select(coefficients[0] * sum[i], ${type}(), coefficients[0] == 0.0);
  sum[i] = kept + coefficients[1] * x[i];`
      : `sum[i] = f32(${keep}) * sum[i] + f32(${factor}) * x[i];`,
});
