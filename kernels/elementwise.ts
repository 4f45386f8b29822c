/**
 * Element-wise operations on their own, for what no producer could take into its epilogue.
 *
 * Shapes: x `[…, C]`, any number of dimensions → the same. `add` takes a second operand of the same shape, or a bias
 * `[C]` along the last axis; `multiply` and the gradients of activations one of the same shape. The formulas
 * are those of the epilogue, which follows.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { activationFunctions, epilogueCode, epilogueCost, isGradient, stepOperations } from './epilogue.ts';
import { gridOfInvocations } from './grid.ts';
import type { Activation, ActivationGradient, Kernel, KernelVariant } from './kernel.ts';
import {
  arrayType,
  byteLength,
  directives,
  elementCount,
  elementType,
  type Lanes,
  realType,
  storable,
} from './storage.ts';

/** Operators between two operands. */
const operators = { add: '+', multiply: '*' } as const;

type Operator = keyof typeof operators;
export type ElementwiseKind = Operator | Activation | ActivationGradient;

function isOperator(kind: ElementwiseKind): kind is Operator {
  return kind in operators;
}

function operandCountOf(kind: ElementwiseKind): 1 | 2 {
  return isOperator(kind) || isGradient(kind) ? 2 : 1;
}

/** One thread computes one element, or four neighbouring ones of the last axis. */
function elementVariant(kind: ElementwiseKind, lanes: Lanes): KernelVariant {
  const operandCount = operandCountOf(kind);
  return {
    name: lanes === 4 ? 'vec4' : 'scalar',
    supports: (problem, target) => problem.output.shape.at(-1)! % lanes === 0 && storable(problem, target),
    build(problem) {
      const [a, b] = problem.inputs;
      const count = elementCount(problem.output.shape) / lanes;
      const channels = problem.output.shape.at(-1)! / lanes;
      const workgroupSize = 64;
      const { workgroups, rowLength } = gridOfInvocations(count, workgroupSize);
      const real = realType(lanes);
      const { declarations, outputBinding } = epilogueCode(problem, operandCount, lanes);
      const isBias = b?.shape.length === 1 && problem.output.shape.length > 1;
      // The epilogue brings its own activations; a second definition of the same function would not compile.
      const own =
        isOperator(kind) || problem.epilogue.includes(kind) ? '' : activationFunctions([kind], lanes);
      const second = b && operandCount === 2;
      const operand = `${real}(b[${isBias ? 'channel' : 'index'}])`;
      const result = isOperator(kind)
        ? `x ${operators[kind]} ${operand}`
        : `${kind}_step(x${second ? `, ${operand}` : ''})`;
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> a: ${arrayType(a!, lanes)};
${second ? `@group(0) @binding(1) var<storage, read> b: ${arrayType(b, lanes)};` : ''}
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, lanes)};
${own}
${declarations}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${count}u) { return; }
  let channel = index % ${channels}u;
  let x = ${real}(a[index]);
  let result = ${result};
  y[index] = ${elementType(problem.output.dataType, lanes)}(epilogue(result, index, channel));
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

/** The kernel of an element-wise operation: `a`, and `b` where it takes two, then the operands of the epilogue. */
export function elementwiseKernel(kind: ElementwiseKind, formula: string): Kernel {
  const operandCount = operandCountOf(kind);
  const vector = elementVariant(kind, 4);
  const scalar = elementVariant(kind, 1);
  return {
    name: kind,
    formula,
    variants: [vector, scalar],
    defaultVariant: (problem, target) => (vector.supports(problem, target) ? vector : scalar),
    cost(problem) {
      const epilogue = epilogueCost(problem, operandCount);
      const operands = problem.inputs.slice(0, operandCount);
      return {
        operations: stepOperations[kind] * elementCount(problem.output.shape) + epilogue.operations,
        bytesRead: operands.reduce((bytes, operand) => bytes + byteLength(operand), epilogue.bytesRead),
        bytesWritten: byteLength(problem.output),
      };
    },
  };
}

/** A kernel for each element-wise operation of models; `[…, C]` (and the second operand) → `[…, C]`. */
export const elementwise: Readonly<Record<'add' | 'multiply' | Activation, Kernel>> = {
  add: elementwiseKernel('add', 'y = a + b'),
  multiply: elementwiseKernel('multiply', 'y = a ∘ b'),
  relu: elementwiseKernel('relu', 'y = max(x, 0)'),
  relu6: elementwiseKernel('relu6', 'y = min(max(x, 0), 6)'),
  sigmoid: elementwiseKernel('sigmoid', 'y = 1 / (1 + e⁻ˣ)'),
  tanh: elementwiseKernel('tanh', 'y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)'),
};
