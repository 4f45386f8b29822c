/**
 * Mean and variance of each channel over a batch, from those of its parts.
 *
 * Source: Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance: Analysis and Recommendations" (The
 * American Statistician 37(3), 1983), equations 2.1: squared distances add up, and those of the parts' means from the mean
 * of all come on top. The variance is the biased one, as in Ioffe and Szegedy, "Batch Normalization" (arXiv 1502.03167),
 * algorithm 1.
 *
 * Shapes: parts `[P, 3, C]`, as `batch_moments_parts` gives them, → `[2, C]`. Part p is of n_p rows: `rows`, but the last of
 * what is left of `allRows`. Means are distances from the first row of all until they are stored.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations, gridOfWorkgroups } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { sizesCode } from './sizes.ts';
import { byteLength, directives, type Lanes, realType, storable, unsizedArrayType } from './storage.ts';

/** `rows` of a part, and of all parts together. */
export interface MomentsProblem extends KernelProblem {
  readonly rows: number;
  readonly allRows: number;
}

function sizesOf({ inputs, rows, allRows }: MomentsProblem, lanes: Lanes, rowLength: number) {
  const [parts, , channels] = inputs[0]!.shape as [number, number, number];
  return sizesCode(2, { parts, across: channels / lanes, rows, all_rows: allRows, row_length: rowLength });
}

/** Bindings, and the distance and weight of a part. */
function declarations(problem: MomentsProblem, lanes: Lanes, declaration: string): string {
  const real = realType(lanes);
  return wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> parts: ${unsizedArrayType(problem.inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read_write> y: ${unsizedArrayType(problem.output, lanes)};
${declaration}
fn part_origin(part: u32, channel: u32) -> ${real} {
  return ${real}(parts[3u * part * sizes.across + channel]);
}
fn part_mean(part: u32, channel: u32, origin: ${real}) -> ${real} {
  return part_origin(part, channel) - origin + ${real}(parts[(3u * part + 1u) * sizes.across + channel]);
}
fn part_squares(part: u32, channel: u32) -> ${real} {
  return ${real}(parts[(3u * part + 2u) * sizes.across + channel]);
}
fn rows_of(part: u32) -> f32 {
  return f32(min(sizes.rows, sizes.all_rows - part * sizes.rows));
}`;
}

/** One thread computes a column: no barriers. */
function columnVariant(lanes: Lanes): KernelVariant<MomentsProblem> {
  const width = 4;
  return {
    name: lanes === 4 ? 'column-vec4' : 'column',
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      problem.output.shape.at(-1)! % lanes === 0 &&
      storable(problem, target),
    build(problem) {
      const across = problem.output.shape.at(-1)! / lanes;
      const { workgroups, rowLength } = gridOfInvocations(across, width);
      const { declaration, values } = sizesOf(problem, lanes, rowLength);
      const real = realType(lanes);
      const source = wgsl`${declarations(problem, lanes, declaration)}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let channel = invocation.y * sizes.row_length + invocation.x;
  if (channel >= sizes.across) { return; }
  let origin = part_origin(0u, channel);
  var sum = ${real}();
  for (var part = 0u; part < sizes.parts; part += 1u) {
    sum += rows_of(part) * part_mean(part, channel, origin);
  }
  let mean = sum / f32(sizes.all_rows);
  var squares = ${real}();
  for (var part = 0u; part < sizes.parts; part += 1u) {
    let distance = part_mean(part, channel, origin) - mean;
    squares += part_squares(part, channel) + rows_of(part) * distance * distance;
  }
  y[channel] = origin + mean;
  y[sizes.across + channel] = squares / f32(sizes.all_rows);
}
`;
      return { wgsl: source, sizes: values, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}

/** Threads share a column, neighbouring columns make a workgroup. */
function workgroupVariant(neighbours: number, slices: number): KernelVariant<MomentsProblem> {
  const sumSlices = `
  for (var half = ${slices / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (local.y < half) {
      shared_values[local.y][local.x] += shared_values[local.y + half][local.x];
    }
  }
  workgroupBarrier();`;
  return {
    name: `workgroup-${neighbours}x${slices}-vec4`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      problem.output.shape.at(-1)! % 4 === 0 &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= neighbours * slices,
    build(problem) {
      const across = problem.output.shape.at(-1)! / 4;
      const { workgroups, rowLength } = gridOfWorkgroups(Math.ceil(across / neighbours));
      const { declaration, values } = sizesOf(problem, 4, rowLength);
      const source = wgsl`${declarations(problem, 4, declaration)}
var<workgroup> shared_values: array<array<vec4<f32>, ${neighbours}>, ${slices}>;
@compute @workgroup_size(${neighbours}, ${slices})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let channel = (workgroup.y * sizes.row_length + workgroup.x) * ${neighbours}u + local.x;
  // Threads beyond the last channel repeat it up to the store, as barriers need all.
  let column = min(channel, sizes.across - 1u);
  let origin = part_origin(0u, column);
  var sum = vec4<f32>();
  for (var part = local.y; part < sizes.parts; part += ${slices}u) {
    sum += rows_of(part) * part_mean(part, column, origin);
  }
  shared_values[local.y][local.x] = sum;
${sumSlices}
  let mean = shared_values[0][local.x] / f32(sizes.all_rows);
  workgroupBarrier();
  var squares = vec4<f32>();
  for (var part = local.y; part < sizes.parts; part += ${slices}u) {
    let distance = part_mean(part, column, origin) - mean;
    squares += part_squares(part, column) + rows_of(part) * distance * distance;
  }
  shared_values[local.y][local.x] = squares;
${sumSlices}
  if (channel < sizes.across && local.y == 0u) {
    y[channel] = origin + mean;
    y[sizes.across + channel] = shared_values[0][local.x] / f32(sizes.all_rows);
  }
}
`;
      return { wgsl: source, sizes: values, workgroupSize: [neighbours, slices, 1], workgroups };
    },
  };
}

const vectorColumn = columnVariant(4);
const scalarColumn = columnVariant(1);
/** For GPUs: a wide layer has many columns, a narrow one many parts. */
const workgroup = workgroupVariant(4, 32);

/** `[P, 3, C]` → `[2, C]`. */
export const batchMoments: Kernel<MomentsProblem> = {
  name: 'batch_moments',
  formula:
    'y[0, c] = Σ_p n_p mean_p[c] / n, y[1, c] = Σ_p (m[p, 2, c] + n_p (mean_p[c] − y[0, c])²) / n, mean_p[c] = m[p, 0, c] + m[p, 1, c]',
  variants: [vectorColumn, scalarColumn, workgroup],
  defaultVariant(problem, target) {
    const preferred = target.software ? [vectorColumn] : [workgroup, vectorColumn];
    return preferred.find((variant) => variant.supports(problem, target)) ?? scalarColumn;
  },
  cost({ inputs, output }) {
    const [parts, , channels] = inputs[0]!.shape as [number, number, number];
    return {
      operations: 12 * parts * channels,
      bytesRead: byteLength(inputs[0]!),
      bytesWritten: byteLength(output),
    };
  },
};
