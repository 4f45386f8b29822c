/**
 * Softmax cross-entropy of each row, from logits, and its gradient.
 *
 * Source: Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs" (1990), equation 7, with
 * the row's maximum subtracted: `−ln softmax(z)[d] = ln Σ_j exp(z[j] − max z) − (z[d] − max z)`.
 *
 * Shapes: logits z `[B, D]`, targets t `[B, D]` → `[B]`. The gradient takes z, t and dy `[B]` → `[B, D]`. Sums are taken in
 * short runs that are then added up.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { exponentialOfDifference } from './exponential.ts';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { arrayType, byteLength, directives, elementCount, elementType, storable } from './storage.ts';

function sizes({ inputs }: KernelProblem): [number, number] {
  return inputs[0]!.shape as [number, number];
}

/**
 * One row by `threads` threads: WGSL with `reduce_sum` and `reduce_largest`, which combine a number of each thread. A
 * single thread needs no barriers.
 */
function reductions(threads: number): string {
  if (threads === 1) {
    return wgsl`
fn reduce_largest(own: f32, local: u32) -> f32 { return own; }
fn reduce_sum(own: f32, local: u32) -> f32 { return own; }`;
  }
  const reduction = (name: string, combined: string) => wgsl`
fn ${name}(own: f32, local: u32) -> f32 {
  workgroupBarrier();
  shared_values[local] = own;
  for (var half = ${threads / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local < half) { shared_values[local] = ${combined}; }
  }
  workgroupBarrier();
  return shared_values[0];
}`;
  return `var<workgroup> shared_values: array<f32, ${threads}>;
${reduction('reduce_largest', 'max(shared_values[local], shared_values[local + half])')}
${reduction('reduce_sum', 'shared_values[local] + shared_values[local + half]')}`;
}

/** @param threads that share a row; 1: each thread has a row of its own */
function variant(isGradient: boolean, threads: number): KernelVariant {
  return {
    name: threads === 1 ? 'row' : `workgroup-${threads}`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      target.maxComputeInvocationsPerWorkgroup >= threads &&
      storable(problem, target),
    build(problem) {
      const [rows, classes] = sizes(problem);
      const workgroupSize = threads === 1 ? 4 : threads;
      const { workgroups, rowLength } =
        threads === 1 ? gridOfInvocations(rows, workgroupSize) : gridOfWorkgroups(rows);
      const result = elementType(problem.output.dataType, 1);
      const sum = (name: string, term: string) => `var ${name} = 0.0;
  for (var run = local; run < ${classes}u; run += ${32 * threads}u) {
    var part = 0.0;
    for (var d = run; d < min(run + ${32 * threads}u, ${classes}u); d += ${threads}u) { part += ${term}; }
    ${name} += part;
  }
  ${name} = reduce_sum(${name}, local);`;
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> z: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read> t: ${arrayType(problem.inputs[1]!)};
#if ${isGradient}
@group(0) @binding(2) var<storage, read> dy: ${arrayType(problem.inputs[2] ?? problem.output)};
#endif
@group(0) @binding(${isGradient ? 3 : 2}) var<storage, read_write> y: ${arrayType(problem.output)};
${exponentialOfDifference()}
${reductions(threads)}

@compute @workgroup_size(${workgroupSize})
fn main(
  @builtin(global_invocation_id) invocation: vec3<u32>,
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
#if ${threads === 1}
  let row = invocation.y * ${rowLength}u + invocation.x;
  let local = 0u;
  if (row >= ${rows}u) { return; }
#else
  let row = workgroup.y * ${rowLength}u + workgroup.x;
  let local = thread;
#endif
  // The grid may end with workgroups of no row; they repeat the last one up to the store, as barriers need all.
  let start = min(row, ${rows - 1}u) * ${classes}u;
  var largest = f32(z[start]);
  for (var d = local; d < ${classes}u; d += ${threads}u) { largest = max(largest, f32(z[start + d])); }
  largest = reduce_largest(largest, local);
  ${sum('total', 'exponential_of_difference(f32(z[start + d]), largest)')}
#if ${isGradient}
  ${sum('mass', 'f32(t[start + d])')}
  if (row >= ${rows}u) { return; }
  let slope = f32(dy[row]);
  for (var d = local; d < ${classes}u; d += ${threads}u) {
    let probability = exponential_of_difference(f32(z[start + d]), largest) / total;
    y[start + d] = ${result}(slope * (probability * mass - f32(t[start + d])));
  }
#else
  let log_of_total = log(total);
  ${sum('loss', 'f32(t[start + d]) * (log_of_total + (largest - f32(z[start + d])))')}
  if (row < ${rows}u && local == 0u) { y[row] = ${result}(loss); }
#endif
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

function kernel(name: string, formula: string, isGradient: boolean, operations: number): Kernel {
  const row = variant(isGradient, 1);
  const workgroups = [variant(isGradient, 64), variant(isGradient, 256)] as const;
  return {
    name,
    formula,
    variants: [row, ...workgroups],
    defaultVariant(problem, target) {
      const classes = sizes(problem)[1];
      if (target.software || classes < 32) return row;
      const found = [workgroups[classes > 512 ? 1 : 0], workgroups[0]].find((candidate) =>
        candidate.supports(problem, target),
      );
      return found ?? row;
    },
    cost: ({ inputs, output }) => ({
      operations: operations * elementCount(inputs[0]!.shape),
      bytesRead: inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(output),
    }),
  };
}

export const softmaxCrossEntropy = kernel(
  'softmax_cross_entropy',
  'y[b] = Σ_d t[b, d] (ln Σ_j exp(z[b, j]) − z[b, d])',
  false,
  8,
);

export const softmaxCrossEntropyGradient = kernel(
  'softmax_cross_entropy_gradient',
  'dz[b, d] = dy[b] (softmax(z[b])[d] Σ_j t[b, j] − t[b, d])',
  true,
  9,
);
