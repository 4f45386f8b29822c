/**
 * Global average pooling: the mean of each channel over all places of an image.
 *
 * Source: Lin, Chen and Yan, "Network In Network" (arXiv 1312.4400), section 3.2.
 *
 * Shapes: x `[B, H, W, C]` → y `[B, C]`. Sums are taken in parts that are then added up, a row or a sixteenth of the
 * image each, so rounding grows more slowly than with H · W.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { sizesCode } from './sizes.ts';
import {
  arrayType,
  byteLength,
  directives,
  elementType,
  type Lanes,
  realType,
  storable,
  unsizedArrayType,
} from './storage.ts';

function sizes({ inputs }: KernelProblem): [number, number, number, number] {
  return inputs[0]!.shape as [number, number, number, number];
}

function columns(problem: KernelProblem, lanes: Lanes): number {
  return sizes(problem)[3] / lanes;
}

/** One thread sums one column of channels: no barriers. */
function columnVariant(lanes: Lanes): KernelVariant {
  return {
    name: lanes === 4 ? 'column-vec4' : 'column',
    supports: (problem, target) =>
      problem.epilogue.length === 0 && columns(problem, lanes) % 1 === 0 && storable(problem, target),
    build(problem) {
      const [batch, height, width] = sizes(problem);
      const across = columns(problem, lanes);
      const workgroupSize = 32;
      const { workgroups, rowLength } = gridOfInvocations(batch * across, workgroupSize);
      const real = realType(lanes);
      // Read when it runs: with constant bounds, lavapipe unrolls both loops, and compiles for two seconds.
      const { declaration, values } = sizesCode(2, { height, width, across, count: batch * across });
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read_write> y: ${unsizedArrayType(problem.output, lanes)};
${declaration}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= sizes.count) { return; }
  let across = sizes.across;
  var place = index / across * sizes.height * sizes.width * across + index % across;
  var total = ${real}(0.0);
  for (var i = 0u; i < sizes.height; i++) {
    var row = ${real}(0.0);
    for (var j = 0u; j < sizes.width; j++) {
      row += ${real}(x[place]);
      place += across;
    }
    total += row;
  }
  y[index] = ${elementType(problem.output.dataType, lanes)}(total / f32(sizes.height * sizes.width));
}
`;
      return { wgsl: source, sizes: values, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

/** Sixteen threads share a column, eight neighbouring columns make a workgroup: more threads for a small batch. */
function workgroupVariant(lanes: Lanes): KernelVariant {
  const neighbours = 8;
  const slices = 16;
  return {
    name: lanes === 4 ? 'workgroup-8x16-vec4' : 'workgroup-8x16',
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      columns(problem, lanes) % 1 === 0 &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= neighbours * slices,
    build(problem) {
      const [batch, height, width] = sizes(problem);
      const across = columns(problem, lanes);
      const groups = Math.ceil(across / neighbours);
      const { workgroups, rowLength } = gridOfWorkgroups(batch * groups);
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read_write> y: ${arrayType(problem.output, lanes)};

var<workgroup> partial: array<${real}, ${neighbours * slices}>;

@compute @workgroup_size(${neighbours}, ${slices})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let index = workgroup.y * ${rowLength}u + workgroup.x;
  let image = index / ${groups}u;
  let column = (index % ${groups}u) * ${neighbours}u + local.x;
  let inside = image < ${batch}u && column < ${across}u;
  var total = ${real}(0.0);
  if (inside) {
    for (var place = local.y; place < ${height * width}u; place += ${slices}u) {
      total += ${real}(x[(image * ${height * width}u + place) * ${across}u + column]);
    }
  }
  partial[local.y * ${neighbours}u + local.x] = total;
  for (var half = ${slices / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.y < half) {
      partial[local.y * ${neighbours}u + local.x] += partial[(local.y + half) * ${neighbours}u + local.x];
    }
  }
  if (inside && local.y == 0u) {
    y[image * ${across}u + column] =
      ${elementType(problem.output.dataType, lanes)}(partial[local.x] * ${real}(${1 / (height * width)}));
  }
}
`;
      return { wgsl: source, workgroupSize: [neighbours, slices, 1], workgroups };
    },
  };
}

const vectorColumn = columnVariant(4);
const scalarColumn = columnVariant(1);
const vectorWorkgroup = workgroupVariant(4);
const scalarWorkgroup = workgroupVariant(1);

/** `[B, H, W, C]` → `[B, C]`. */
export const globalAveragePool: Kernel = {
  name: 'global_average_pool',
  formula: 'y[b, c] = (1 / HW) Σ_{i, j} x[b, i, j, c]',
  variants: [vectorWorkgroup, scalarWorkgroup, vectorColumn, scalarColumn],
  defaultVariant(problem, target) {
    const [batch, height, width, channels] = sizes(problem);
    // With enough columns to fill a device, sharing them only costs barriers.
    const share = !target.software && height * width >= 16 && batch * channels < 65_536;
    const preferred = share
      ? [vectorWorkgroup, scalarWorkgroup, vectorColumn]
      : [vectorColumn, scalarColumn, vectorWorkgroup];
    return preferred.find((variant) => variant.supports(problem, target)) ?? scalarColumn;
  },
  cost({ inputs, output }) {
    const [batch, height, width, channels] = inputs[0]!.shape as [number, number, number, number];
    return {
      operations: batch * channels * (height * width + 1),
      bytesRead: byteLength(inputs[0]!),
      bytesWritten: byteLength(output),
    };
  },
};
