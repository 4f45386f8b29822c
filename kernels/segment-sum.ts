/** Sums of the rows of each set of a ragged batch, with weights or, divided by how many they are, without. */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { setRows } from './offsets.ts';
import { arrayType, byteLength, directives, elementType, type Lanes, realType, storable } from './storage.ts';

/** The last operands are x and the offsets, whether or not weights come first. */
function sizes({ inputs }: KernelProblem): { capacity: number; features: number; sets: number } {
  const [x, offsets] = inputs.slice(-2);
  const [capacity, features] = x!.shape as [number, number];
  return { capacity, features, sets: offsets!.shape[0]! - 1 };
}

/** One thread computes one column of one set: neighbours read neighbouring columns, no barriers. */
function columnVariant(weighted: boolean, lanes: Lanes): KernelVariant {
  return {
    name: lanes === 4 ? 'column-vec4' : 'column',
    supports: (problem, target) =>
      problem.epilogue.length === 0 && sizes(problem).features % lanes === 0 && storable(problem, target),
    build(problem) {
      const { capacity, features, sets } = sizes(problem);
      const [x, offsets] = problem.inputs.slice(-2);
      const weights = weighted ? 1 : 0;
      const across = features / lanes;
      const workgroupSize = 64;
      const { workgroups, rowLength } = gridOfInvocations(sets * across, workgroupSize);
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
#if ${weighted}
@group(0) @binding(0) var<storage, read> w: ${arrayType(problem.inputs[0]!)};
#endif
@group(0) @binding(${weights}) var<storage, read> x: ${arrayType(x!, lanes)};
@group(0) @binding(${weights + 1}) var<storage, read> offsets: ${arrayType(offsets!)};
@group(0) @binding(${weights + 2}) var<storage, read_write> y: ${arrayType(problem.output, lanes)};
${setRows(capacity)}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${sets * across}u) { return; }
  let column = index % ${across}u;
  let rows = set_rows(index / ${across}u);
  // Short runs keep the rounding of large sets small.
  var total = ${real}(0.0);
  for (var run = rows.x; run < rows.y; run += 32u) {
    var part = ${real}(0.0);
    for (var row = run; row < min(run + 32u, rows.y); row++) {
      part += ${weighted ? 'f32(w[row]) * ' : ''}${real}(x[row * ${across}u + column]);
    }
    total += part;
  }
#if ${!weighted}
  // An empty set divides its 0 by 1.
#endif
  y[index] = ${elementType(problem.output.dataType, lanes)}(total${weighted ? '' : ' / f32(max(rows.y - rows.x, 1u))'});
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

/**
 * A kernel `[N]` where weighted, `[N, K]`, `[B + 1]` → `[B, K]`. The cost is that of a full capacity: counts are data.
 *
 * @param weighted `Σ w[m] · x[m, k]`, else `Σ x[m, k] / M`
 */
export function segmentSum(name: string, formula: string, weighted: boolean): Kernel {
  const vectorColumn = columnVariant(weighted, 4);
  const scalarColumn = columnVariant(weighted, 1);
  return {
    name,
    formula,
    variants: [vectorColumn, scalarColumn],
    defaultVariant: (problem, target) =>
      vectorColumn.supports(problem, target) ? vectorColumn : scalarColumn,
    cost(problem) {
      const { capacity, features, sets } = sizes(problem);
      return {
        operations: (weighted ? 2 * capacity : capacity + sets) * features,
        bytesRead: problem.inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
        bytesWritten: byteLength(problem.output),
      };
    },
  };
}
