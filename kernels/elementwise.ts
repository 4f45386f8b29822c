/**
 * Element-wise operations on their own, for what no producer could take into its epilogue.
 *
 * Shapes: x `[…, C]`, any number of dimensions → the same. `add` takes a second operand of the same shape, or a bias
 * `[C]` along the last axis; `multiply` one of the same shape. The formulas are those of the epilogue, which follows.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { activationFunctions, epilogueCode, epilogueCost, stepOperations } from './epilogue.ts';
import { gridOfInvocations } from './grid.ts';
import type { Activation, Kernel, KernelVariant } from './kernel.ts';
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

type ElementwiseKind = Activation | 'add' | 'multiply';

const formulas: Readonly<Record<ElementwiseKind, string>> = {
  add: 'y = a + b',
  multiply: 'y = a ∘ b',
  relu: 'y = max(x, 0)',
  relu6: 'y = min(max(x, 0), 6)',
  sigmoid: 'y = 1 / (1 + e⁻ˣ)',
  tanh: 'y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)',
};

function isBinary(kind: ElementwiseKind): kind is 'add' | 'multiply' {
  return kind === 'add' || kind === 'multiply';
}

/** One thread computes one element, or four neighbouring ones of the last axis. */
function elementVariant(kind: ElementwiseKind, lanes: Lanes): KernelVariant {
  const operandCount = isBinary(kind) ? 2 : 1;
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
      const isBias = isBinary(kind) && b!.shape.length === 1 && problem.output.shape.length > 1;
      // The epilogue brings its own activations; a second definition of the same function would not compile.
      const own = isBinary(kind) || problem.epilogue.includes(kind) ? '' : activationFunctions([kind], lanes);
      const second = isBinary(kind)
        ? `@group(0) @binding(1) var<storage, read> b: ${arrayType(b!, lanes)};`
        : '';
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> a: ${arrayType(a!, lanes)};
${second}
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, lanes)};
${own}
${declarations}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${count}u) { return; }
  let channel = index % ${channels}u;
  let x = ${real}(a[index]);
#if ${kind === 'add'}
  let result = x + ${real}(b[${isBias ? 'channel' : 'index'}]);
#elif ${kind === 'multiply'}
  let result = x * ${real}(b[index]);
#else
  let result = ${kind}_step(x);
#endif
  y[index] = ${elementType(problem.output.dataType, lanes)}(epilogue(result, index, channel));
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

function elementwiseKernel(kind: ElementwiseKind): Kernel {
  const operandCount = isBinary(kind) ? 2 : 1;
  const vector = elementVariant(kind, 4);
  const scalar = elementVariant(kind, 1);
  return {
    name: kind,
    formula: formulas[kind],
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

/** A kernel for each element-wise operation; `[…, C]` (and the second operand) → `[…, C]`. */
export const elementwise: Readonly<Record<ElementwiseKind, Kernel>> = {
  add: elementwiseKernel('add'),
  multiply: elementwiseKernel('multiply'),
  relu: elementwiseKernel('relu'),
  relu6: elementwiseKernel('relu6'),
  sigmoid: elementwiseKernel('sigmoid'),
  tanh: elementwiseKernel('tanh'),
};
