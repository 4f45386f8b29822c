/**
 * Distances between the rows of two matrices, and their gradient.
 *
 * Shapes: a `[N, K]`, b `[N, K]` → d `[N]`. The gradient takes a, b, d and dd `[N]` → da `[N, K]`; that of b is its negative.
 * The Euclidean distance has no derivative where it is 0; the gradient there is 0. Sums are taken in short runs that are
 * then added up.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { mapElements } from './map-elements.ts';
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

export interface RowDistanceProblem extends KernelProblem {
  readonly metric: 'euclidean' | 'manhattan';
}

function features({ inputs }: KernelProblem): number {
  return inputs[0]!.shape[1]!;
}

/** WGSL of what a row adds up. */
function term({ metric }: RowDistanceProblem): string {
  return metric === 'euclidean' ? 'difference * difference' : 'abs(difference)';
}

function result({ metric, output }: RowDistanceProblem, sum: string): string {
  return `${elementType(output.dataType, 1)}(${metric === 'euclidean' ? `sqrt(${sum})` : sum})`;
}

function declarations(problem: RowDistanceProblem, lanes: Lanes): string {
  const [a, b] = problem.inputs;
  return `${directives(problem)}
@group(0) @binding(0) var<storage, read> a: ${arrayType(a!, lanes)};
@group(0) @binding(1) var<storage, read> b: ${arrayType(b!, lanes)};
@group(0) @binding(2) var<storage, read_write> d: ${arrayType(problem.output)};`;
}

/** Rows of four lanes are summed over the lanes at last. */
function overLanes(sum: string, lanes: Lanes): string {
  return lanes === 4 ? `(${sum}.x + ${sum}.y) + (${sum}.z + ${sum}.w)` : sum;
}

function supports(problem: KernelProblem, lanes: Lanes): boolean {
  return problem.epilogue.length === 0 && features(problem) % lanes === 0;
}

/** One thread computes one row: no barriers. */
function rowVariant(lanes: Lanes): KernelVariant<RowDistanceProblem> {
  return {
    name: lanes === 4 ? 'row-vec4' : 'row',
    supports: (problem, target) => supports(problem, lanes) && storable(problem, target),
    build(problem) {
      const rows = problem.output.shape[0]!;
      const across = features(problem) / lanes;
      const workgroupSize = 8;
      const { workgroups, rowLength } = gridOfInvocations(rows, workgroupSize);
      const real = realType(lanes);
      const source = wgsl`${declarations(problem, lanes)}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let row = invocation.y * ${rowLength}u + invocation.x;
  if (row >= ${rows}u) { return; }
  let start = row * ${across}u;
  var total = ${real}(0.0);
  for (var run = 0u; run < ${across}u; run += 32u) {
    var part = ${real}(0.0);
    for (var k = run; k < min(run + 32u, ${across}u); k++) {
      let difference = ${real}(a[start + k]) - ${real}(b[start + k]);
      part += ${term(problem)};
    }
    total += part;
  }
  d[row] = ${result(problem, overLanes('total', lanes))};
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

/** Sixty-four threads share a row. */
function workgroupVariant(lanes: Lanes): KernelVariant<RowDistanceProblem> {
  const threads = 64;
  return {
    name: lanes === 4 ? `workgroup-${threads}-vec4` : `workgroup-${threads}`,
    supports: (problem, target) =>
      supports(problem, lanes) &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= threads,
    build(problem) {
      const rows = problem.output.shape[0]!;
      const across = features(problem) / lanes;
      const { workgroups, rowLength } = gridOfWorkgroups(rows);
      const real = realType(lanes);
      const source = wgsl`${declarations(problem, lanes)}

var<workgroup> sums: array<f32, ${threads}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = workgroup.y * ${rowLength}u + workgroup.x;
  // The grid may end with workgroups of no row; they repeat the last one up to the store, as barriers need all.
  let start = min(row, ${rows - 1}u) * ${across}u;
  var total = ${real}(0.0);
  for (var k = local; k < ${across}u; k += ${threads}u) {
    let difference = ${real}(a[start + k]) - ${real}(b[start + k]);
    total += ${term(problem)};
  }
  sums[local] = ${overLanes('total', lanes)};
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { sums[local] += sums[local + half]; }
  }
  if (row < ${rows}u && local == 0u) { d[row] = ${result(problem, 'sums[0]')}; }
}
`;
      return { wgsl: source, workgroupSize: [threads, 1, 1], workgroups };
    },
  };
}

const vectorRow = rowVariant(4);
const scalarRow = rowVariant(1);
const vectorWorkgroup = workgroupVariant(4);
const scalarWorkgroup = workgroupVariant(1);

/** `[N, K]`, `[N, K]` → `[N]`. */
export const rowDistance: Kernel<RowDistanceProblem> = {
  name: 'row_distance',
  formula: 'd[n] = √Σ_k (a[n, k] − b[n, k])², or Σ_k |a[n, k] − b[n, k]|',
  variants: [vectorRow, scalarRow, vectorWorkgroup, scalarWorkgroup],
  defaultVariant(problem, target) {
    const rowFirst = target.software || features(problem) < 64;
    const preferred = rowFirst ? [vectorRow] : [vectorWorkgroup, scalarWorkgroup, vectorRow];
    return preferred.find((variant) => variant.supports(problem, target)) ?? scalarRow;
  },
  cost: ({ inputs, output }) => ({
    operations: 3 * elementCount(inputs[0]!.shape),
    bytesRead: 2 * byteLength(inputs[0]!),
    bytesWritten: byteLength(output),
  }),
};

/** `[N, K]`, `[N, K]`, `[N]`, `[N]` → `[N, K]`. */
export const rowDistanceGradient = mapElements<RowDistanceProblem>({
  name: 'row_distance_gradient',
  formula: 'da[n, k] = dd[n] (a[n, k] − b[n, k]) / d[n], 0 where d[n] = 0; or dd[n] sign(a[n, k] − b[n, k])',
  operands: ['a', 'b', 'd*', 'dd*'],
  operations: 3,
  sizes: (problem) => ({ features: features(problem) }),
  takesVectors: (problem) => features(problem) % 4 === 0,
  // The distances are operands of both metrics: a binding that no code mentions would not be there to bind.
  result({ metric }, lanes) {
    const row = `${lanes === 4 ? '4u * ' : ''}index / sizes.features`;
    return metric === 'euclidean'
      ? `(a - b) * select(f32(dd[${row}]) / f32(d[${row}]), 0.0, f32(d[${row}]) == 0.0)`
      : `sign(a - b) * select(f32(dd[${row}]), 0.0, f32(d[${row}]) == 0.0)`;
  },
});
