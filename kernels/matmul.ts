/**
 * Matrix product, `y[m, n] = Σ_k x[m, k] · w[k, n]`: dense layers and 1×1 convolutions.
 *
 * Shapes: x `[…, K]` (leading sizes are M rows), w `[K, N]` → y `[…, N]`, then the epilogue.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode, epilogueCost } from './epilogue.ts';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { arrayType, byteLength, directives, elementType, type Lanes, realType, storable } from './storage.ts';

/** Inputs: x, w, then the epilogue's operands. */
export type MatmulProblem = KernelProblem;

function sizes({ inputs, output }: MatmulProblem): { m: number; k: number; n: number } {
  const [k, n] = inputs[1]!.shape as [number, number];
  return { m: output.shape.slice(0, -1).reduce((product, size) => product * size, 1), k, n };
}

/** One thread computes one element, or four neighbours of a row: the straightforward version. */
function elementVariant(lanes: Lanes): KernelVariant<MatmulProblem> {
  return {
    name: lanes === 4 ? 'element-vec4' : 'element',
    supports: (problem, target) => sizes(problem).n % lanes === 0 && storable(problem, target),
    build(problem) {
      const { m, k, n } = sizes(problem);
      const columns = n / lanes;
      const workgroupSize = 64;
      const { workgroups, rowLength } = gridOfInvocations(m * columns, workgroupSize);
      const { declarations, outputBinding } = epilogueCode(problem, 2, lanes);
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!, lanes)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, lanes)};
${declarations}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${m * columns}u) { return; }
  let row = index / ${columns}u;
  let column = index % ${columns}u;
  var sum = ${real}(0.0);
  for (var k = 0u; k < ${k}u; k++) {
    sum += f32(x[row * ${k}u + k]) * ${real}(w[k * ${columns}u + column]);
  }
  y[index] = ${elementType(problem.output.dataType, lanes)}(epilogue(sum, index, column));
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

const vector = elementVariant(4);
const scalar = elementVariant(1);

export const matmul: Kernel<MatmulProblem> = {
  name: 'matmul',
  formula: 'y[m, n] = Σ_k x[m, k] · w[k, n]',
  variants: [vector, scalar],
  defaultVariant: (problem, target) => (vector.supports(problem, target) ? vector : scalar),
  cost(problem) {
    const { m, k, n } = sizes(problem);
    const epilogue = epilogueCost(problem, 2);
    return {
      operations: 2 * m * k * n + epilogue.operations,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!) + epilogue.bytesRead,
      bytesWritten: byteLength(problem.output),
    };
  },
};
