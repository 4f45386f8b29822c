/**
 * Kernels that add up something over all elements of a tensor, in a fixed order: the same bits in every run.
 *
 * Each workgroup adds up one part: each thread elements far apart, in short runs that are then added up, so that rounding
 * stays near one unit; then a few threads add up those sums. Sizes are read at run time: one pipeline serves all shapes.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
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
export interface TermFormula<Problem extends KernelProblem> {
  readonly name: string;
  readonly formula: string;
  /** Names of the operands in order, all of one shape. */
  readonly operands: readonly string[];
  /** Of an element; an exponential, a root or a division counts as one. */
  readonly operations: number;
  /** Whether the sum is divided by the number of its elements. */
  readonly mean: boolean;
  /** Members of `sizes`, real numbers by `bitsOf`. */
  readonly sizes?: (problem: Problem) => Readonly<Record<string, number>>;
  /** WGSL with `fn term(operands: T …) -> T`, what is added up. */
  readonly declarations: (lanes: Lanes) => string;
}

function partSize({ inputs, output }: KernelProblem): number {
  return elementCount(inputs[0]!.shape) / elementCount(output.shape);
}

/**
 * @param threads of a workgroup
 * @param second of them add up the sums of all, the first adds up theirs; 1: the first alone, behind a single barrier
 */
function variant<Problem extends KernelProblem>(
  code: TermFormula<Problem>,
  lanes: Lanes,
  threads: number,
  second: number,
): KernelVariant<Problem> {
  return {
    name: `workgroup-${threads}${lanes === 4 ? '-vec4' : ''}`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      partSize(problem) % lanes === 0 &&
      target.maxComputeInvocationsPerWorkgroup >= threads &&
      storable(problem, target),
    build(problem) {
      const { inputs, output } = problem;
      const count = partSize(problem);
      const sizes = sizesCode(inputs.length + 1, {
        part: count / lanes,
        elements: count,
        ...code.sizes?.(problem),
      });
      const real = realType(lanes);
      const bindings = code.operands.map(
        (name, binding) =>
          `@group(0) @binding(${binding}) var<storage, read> ${name}: ${unsizedArrayType(inputs[binding]!, lanes)};`,
      );
      const elements = code.operands.map((name) => `${real}(${name}[first + i])`).join(', ');
      const run = 32 * threads;
      const source = wgsl`${directives(problem)}
${bindings.join('\n')}
@group(0) @binding(${inputs.length}) var<storage, read_write> y: ${unsizedArrayType(output)};
${sizes.declaration}
${code.declarations(lanes)}

var<workgroup> sums: array<f32, ${threads}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let first = workgroup.x * sizes.part;
  var total = ${real}(0.0);
  for (var start = local; start < sizes.part; start += ${run}u) {
    var sum = ${real}(0.0);
    for (var i = start; i < min(start + ${run}u, sizes.part); i += ${threads}u) {
      sum += term(${elements});
    }
    total += sum;
  }
  sums[local] = ${lanes === 4 ? '(total.x + total.y) + (total.z + total.w)' : 'total'};
  workgroupBarrier();
#if ${second > 1}
  var sum = 0.0;
  if (local < ${second}u) {
    for (var i = local; i < ${threads}u; i += ${second}u) { sum += sums[i]; }
  }
  workgroupBarrier();
  if (local < ${second}u) { sums[local] = sum; }
  workgroupBarrier();
#endif
  if (local == 0u) {
    var result = 0.0;
    for (var i = 0u; i < ${second > 1 ? second : threads}u; i++) { result += sums[i]; }
    y[workgroup.x] = ${elementType(output.dataType, 1)}(result${code.mean ? ' / f32(sizes.elements)' : ''});
  }
}
`;
      return {
        wgsl: source,
        sizes: sizes.values,
        workgroupSize: [threads, 1, 1],
        workgroups: [elementCount(output.shape), 1, 1],
      };
    },
  };
}

/**
 * Operands of any one shape → `[P]`: the sum, or the mean, of each of P equally long parts; `[1]` for all of it. P is at
 * most 65 535 and divides the number of elements.
 */
export function sumElements<Problem extends KernelProblem>(code: TermFormula<Problem>): Kernel<Problem> {
  const few = [variant(code, 4, 64, 1), variant(code, 1, 64, 1)];
  const some = [variant(code, 4, 256, 16), variant(code, 1, 256, 16)];
  const many = [variant(code, 4, 1024, 32), variant(code, 1, 1024, 32)];
  return {
    name: code.name,
    formula: code.formula,
    variants: [...few, ...some, ...many],
    defaultVariant(problem, target) {
      const count = partSize(problem);
      const candidates = target.software || count < 1024 ? few : count < 16_384 ? some : [...many, ...some];
      const found = [...candidates, ...few].find((candidate) => candidate.supports(problem, target));
      return found ?? few[1]!;
    },
    cost: ({ inputs, output }) => ({
      operations: code.operations * elementCount(inputs[0]!.shape),
      bytesRead: inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(output),
    }),
  };
}
