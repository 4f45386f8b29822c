import { defineKernel, type WebGpuBackend } from '../../engine/index.ts';

/** A sum of rows, whose WGSL is short enough to edit here: y[i] = Σ_j x[i, j]. */
export const rows = 96;
export const columns = 40;
export function rowSums(body: string, { size = 32, before = '' } = {}): string {
  return `@group(0) @binding(0) var<storage, read> x: array<f32, ${rows * columns}>;
@group(0) @binding(1) var<storage, read_write> y: array<f32, ${rows}>;
${before}
@compute @workgroup_size(${size})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_index) local: u32) {
  let i = id.x;
  var sum = 0.0;
${body}
}`;
}
export const plainLoop = `  for (var j = 0u; j < ${columns}u; j++) { sum += x[i * ${columns}u + j]; }
  y[i] = sum;`;

export function defineRowSums(backend: WebGpuBackend, wgsl = rowSums(plainLoop)) {
  return defineKernel({
    backend,
    name: 'row sums',
    inputs: { x: { shape: [rows, columns] } },
    output: { shape: [rows] },
    reference: ({ x }, [i = 0]) =>
      x.subarray(i * columns, (i + 1) * columns).reduce((sum, element) => sum + element, 0),
    wgsl,
    workgroups: [rows / 32, 1, 1],
  });
}
