/** A row of each set of a ragged batch, handed to all rows of the set with a factor each: gradients of sums over sets. */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { setOfRow } from './offsets.ts';
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

/** The last operands are dy and the offsets, whether or not weights come first. */
function constants({ inputs, output }: KernelProblem) {
  const [dy, offsets] = inputs.slice(-2);
  const [rows, features] = output.shape as [number, number];
  return { rows, features, sets: offsets!.shape[0]! - 1, rowForEachSet: dy!.shape.length === 2 };
}

function supports(problem: KernelProblem, lanes: Lanes): boolean {
  return problem.epilogue.length === 0 && constants(problem).features % lanes === 0;
}

/** Declarations, and `fn factor_of(row, set) -> f32`, 0 for a row of no set. */
function declarations(problem: KernelProblem, weighted: boolean, lanes: Lanes): string {
  const { sets } = constants(problem);
  const [dy, offsets] = problem.inputs.slice(-2);
  const first = weighted ? 1 : 0;
  return wgsl`${directives(problem)}
#if ${weighted}
@group(0) @binding(0) var<storage, read> w: ${arrayType(problem.inputs[0]!)};
#endif
@group(0) @binding(${first}) var<storage, read> dy: ${arrayType(dy!, lanes)};
@group(0) @binding(${first + 1}) var<storage, read> offsets: ${arrayType(offsets!)};
@group(0) @binding(${first + 2}) var<storage, read_write> dx: ${arrayType(problem.output, lanes)};
${setOfRow(sets)}

fn factor_of(row: u32, set_index: u32) -> f32 {
  if (set_index >= ${sets}u) { return 0.0; }
  return ${weighted ? 'f32(w[row])' : '1.0 / f32(offsets[set_index + 1u] - offsets[set_index])'};
}`;
}

/** One thread computes one row: it looks for the set once. */
function rowVariant(weighted: boolean, lanes: Lanes): KernelVariant {
  return {
    name: lanes === 4 ? 'row-vec4' : 'row',
    supports: (problem, target) => supports(problem, lanes) && storable(problem, target),
    build(problem) {
      const { rows, features, sets, rowForEachSet } = constants(problem);
      const across = features / lanes;
      const workgroupSize = 8;
      const { workgroups, rowLength } = gridOfInvocations(rows, workgroupSize);
      const source = wgsl`${declarations(problem, weighted, lanes)}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let row = invocation.y * ${rowLength}u + invocation.x;
  if (row >= ${rows}u) { return; }
  let set_index = set_of_row(row);
  let factor = factor_of(row, set_index);
  let dy_row = ${rowForEachSet ? `min(set_index, ${sets - 1}u) * ${across}u` : '0u'};
  for (var k = 0u; k < ${across}u; k++) {
    // What no set holds is 0, whatever dy is.
    dx[row * ${across}u + k] = ${elementType(problem.output.dataType, lanes)}(
      select(${realType(lanes)}(0.0), factor * ${realType(lanes)}(dy[dy_row + k]), set_index < ${sets}u));
  }
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

/** Sixty-four threads share a row: neighbours store neighbouring columns. */
function workgroupVariant(weighted: boolean, lanes: Lanes): KernelVariant {
  const threads = 64;
  return {
    name: lanes === 4 ? `workgroup-${threads}-vec4` : `workgroup-${threads}`,
    supports: (problem, target) => supports(problem, lanes) && storable(problem, target),
    build(problem) {
      const { rows, features, sets, rowForEachSet } = constants(problem);
      const across = features / lanes;
      const { workgroups, rowLength } = gridOfWorkgroups(rows);
      const source = wgsl`${declarations(problem, weighted, lanes)}

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroup.y * ${rowLength}u + workgroup.x;
  if (row >= ${rows}u) { return; }
  let set_index = set_of_row(row);
  let factor = factor_of(row, set_index);
  let dy_row = ${rowForEachSet ? `min(set_index, ${sets - 1}u) * ${across}u` : '0u'};
  for (var k = local; k < ${across}u; k += ${threads}u) {
    dx[row * ${across}u + k] = ${elementType(problem.output.dataType, lanes)}(
      select(${realType(lanes)}(0.0), factor * ${realType(lanes)}(dy[dy_row + k]), set_index < ${sets}u));
  }
}
`;
      return { wgsl: source, workgroupSize: [threads, 1, 1], workgroups };
    },
  };
}

/**
 * A kernel `[N]` where weighted, dy `[B, K]` (weighted also `[K]`), offsets `[B + 1]` → `[N, K]`, 0 in rows of no set.
 *
 * @param weighted `w[m] · dy[set of m]`, else `dy[set of m] / M`
 */
export function segmentSpread(name: string, formula: string, weighted: boolean): Kernel {
  const vectorRow = rowVariant(weighted, 4);
  const scalarRow = rowVariant(weighted, 1);
  const vectorWorkgroup = workgroupVariant(weighted, 4);
  const scalarWorkgroup = workgroupVariant(weighted, 1);
  return {
    name,
    formula,
    variants: [vectorRow, scalarRow, vectorWorkgroup, scalarWorkgroup],
    defaultVariant(problem, target) {
      const rowFirst = target.software || constants(problem).features < 32;
      const preferred = rowFirst ? [vectorRow] : [vectorWorkgroup, scalarWorkgroup];
      return preferred.find((variant) => variant.supports(problem, target)) ?? scalarRow;
    },
    cost: ({ inputs, output }) => ({
      operations: elementCount(output.shape),
      bytesRead: inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(output),
    }),
  };
}
