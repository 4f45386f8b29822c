/**
 * Kernels that compute each element from those at its place in the operands and from a few numbers. They read their sizes
 * when they run: one pipeline serves all shapes, on software adapters and on GPUs, where memory is what they wait for.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { sizesCode } from './sizes.ts';
import {
  byteLength,
  directives,
  elementCount,
  elementType,
  type Lanes,
  realType,
  storable,
  unsizedArrayType,
} from './storage.ts';

/** What tells one such kernel from another. T is the type of an element in WGSL, `f32` or `vec4<f32>`. */
export interface ElementFormula<Problem extends KernelProblem> {
  readonly name: string;
  readonly formula: string;
  /**
   * Names of the operands in order. One with a star is bound as it is, as `NAME`; of the others, which are as large as the
   * output, the element at its place is in scope as `NAME`, a T.
   */
  readonly operands: readonly string[];
  /** Of an element; an exponential, a root or a division counts as one. */
  readonly operations: number;
  /** Members of `sizes`; real numbers go there by `bitsOf`. */
  readonly sizes?: (problem: Problem) => Readonly<Record<string, number>>;
  /** Whether four elements that follow each other can be computed together. Default: always. */
  readonly takesVectors?: (problem: Problem) => boolean;
  /** WGSL before `main`. */
  readonly declarations?: (problem: Problem, lanes: Lanes) => string;
  /** WGSL expression of type T; `index` counts in units of T. */
  readonly result: (problem: Problem, lanes: Lanes) => string;
}

const workgroupSize = 64;
const scratch = new DataView(new ArrayBuffer(4));

/** The bits of a float32, to hand it over as one of the sizes; `bitcast<f32>` brings it back. */
export function bitsOf(number: number): number {
  scratch.setFloat32(0, number);
  return scratch.getUint32(0);
}

function variant<Problem extends KernelProblem>(
  code: ElementFormula<Problem>,
  lanes: Lanes,
): KernelVariant<Problem> {
  return {
    name: lanes === 4 ? 'vec4' : 'scalar',
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      (lanes === 1 ||
        (elementCount(problem.output.shape) % 4 === 0 && (code.takesVectors?.(problem) ?? true))) &&
      storable(problem, target),
    build(problem) {
      const { inputs, output } = problem;
      const count = elementCount(output.shape) / lanes;
      const { workgroups, rowLength } = gridOfInvocations(count, workgroupSize);
      const own = code.sizes?.(problem) ?? {};
      const sizes = sizesCode(inputs.length + 1, { count, row_length: rowLength, ...own });
      const operands = code.operands.slice(0, inputs.length);
      const isWhole = (operand: string) => operand.endsWith('*');
      const bindings = operands.map((operand, binding) => {
        const name = isWhole(operand) ? operand.slice(0, -1) : `all_${operand}`;
        const type = unsizedArrayType(inputs[binding]!, isWhole(operand) ? 1 : lanes);
        return `@group(0) @binding(${binding}) var<storage, read> ${name}: ${type};`;
      });
      const loads = operands
        .filter((operand) => !isWhole(operand))
        .map((operand) => `  let ${operand} = ${realType(lanes)}(all_${operand}[index]);`);
      const source = wgsl`${directives(problem)}
${bindings.join('\n')}
@group(0) @binding(${inputs.length}) var<storage, read_write> all_results: ${unsizedArrayType(output, lanes)};
${sizes.declaration}
${code.declarations?.(problem, lanes) ?? ''}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * sizes.row_length + invocation.x;
  if (index >= sizes.count) { return; }
${loads.join('\n')}
  all_results[index] = ${elementType(output.dataType, lanes)}(${code.result(problem, lanes)});
}
`;
      return { wgsl: source, sizes: sizes.values, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

/** One thread computes one element, or four that follow each other. */
export function mapElements<Problem extends KernelProblem>(code: ElementFormula<Problem>): Kernel<Problem> {
  const vector = variant(code, 4);
  const scalar = variant(code, 1);
  return {
    name: code.name,
    formula: code.formula,
    variants: [vector, scalar],
    defaultVariant: (problem, target) => (vector.supports(problem, target) ? vector : scalar),
    cost: ({ inputs, output }) => ({
      operations: code.operations * elementCount(output.shape),
      bytesRead: inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(output),
    }),
  };
}
