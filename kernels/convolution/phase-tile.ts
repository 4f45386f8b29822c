/**
 * Gradient of a convolution by its x, in register tiles: a gather, so nothing is added in memory. A thread computes four
 * channels of `tileColumns` elements of a row of dx that lie a stride apart. All of them meet the same taps of the kernel,
 * so each weight that is loaded serves the whole tile.
 *
 * The shader knows stride and kernel, but no other size. Its sums are scalars for the reason in `../quad.ts`, and they
 * move up to the one place in the text that stores.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { sizesCode } from '../sizes.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
import { components, unroll } from '../unroll.ts';
import type { TileThreads } from './depthwise-tile.ts';
import { type Geometry, operandCount } from './geometry.ts';
import { type InputGradientProblem, inputGradientGeometry } from './gradient-geometry.ts';

function grid({ batch, down, across, channels }: Geometry, tileColumns: number, threads: TileThreads) {
  const blocks = Math.ceil(channels / 4 / threads.channels);
  const tilesOfPhase = Math.ceil(Math.ceil(across.input / across.stride) / tileColumns);
  const tiles = tilesOfPhase * across.stride;
  const workgroups = [blocks * Math.ceil(tiles / threads.columns), down.input, batch] as const;
  return { blocks, tiles, workgroups };
}

/** Needs C and O divisible by 4. */
export function phaseTile(tileColumns: number, threads: TileThreads): KernelVariant<InputGradientProblem> {
  return {
    name: `phase-${tileColumns}-vec4-${threads.channels}x${threads.columns}`,
    registerTile: `${tileColumns} vec4`,
    supports(problem, target) {
      const sizes = inputGradientGeometry(problem);
      return (
        sizes.channels % 4 === 0 &&
        sizes.outputs % 4 === 0 &&
        storable(problem, target) &&
        target.maxComputeInvocationsPerWorkgroup >= threads.channels * threads.columns &&
        grid(sizes, tileColumns, threads).workgroups.every((count) => count <= mostWorkgroups)
      );
    },
    build(problem) {
      const image = inputGradientGeometry(problem);
      const { down, across, channels, outputs } = image;
      const { blocks, tiles, workgroups } = grid(image, tileColumns, threads);
      const epilogue = epilogueCode(problem, operandCount, 4, unsizedArrayType);
      const sizes = sizesCode(epilogue.outputBinding + 1, {
        rows: down.input,
        columns: across.input,
        dy_rows: down.output,
        dy_columns: across.output,
        channels: channels / 4,
        outputs: outputs / 4,
        blocks,
        tiles,
        top: down.before,
        left: across.before,
      });
      const lanes = (t: number, piece: (name: string, c: number) => string) =>
        components.map((component, c) => piece(`sum_${t}_${component}`, c)).join(' ');
      const tile = (piece: (t: number) => string) => unroll(tileColumns, piece);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> dy: ${unsizedArrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, 4)};
// Channels of dx and of dy in vectors of four; the former in blocks of a workgroup.
${sizes.declaration}
${epilogue.declarations}
@compute @workgroup_size(${threads.channels}, ${threads.columns})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let tile = workgroup.x / sizes.blocks * ${threads.columns}u + local.y;
  let channel = workgroup.x % sizes.blocks * ${threads.channels}u + local.x;
  if (channel >= sizes.channels || tile >= sizes.tiles) { return; }
  let first_column = tile / ${across.stride}u * ${tileColumns * across.stride}u + tile % ${across.stride}u;
  let row = workgroup.y + sizes.top;
  let column = first_column + sizes.left;
${tile((t) => lanes(t, (name) => `  var ${name} = 0.0;`))}
  for (var u = row % ${down.stride}u; u < ${down.kernel}u; u += ${down.stride}u) {
    // Numbers before the first row or column wrap around, beyond the last.
    let dy_row = (row - u) / ${down.stride}u;
    if (u > row || dy_row >= sizes.dy_rows) { continue; }
    for (var v = column % ${across.stride}u; v < ${across.kernel}u; v += ${across.stride}u) {
      // A multiple of the stride, so the quotient is right for numbers that wrapped, too.
      let dy_column = u32(i32(column - v) / ${across.stride}i);
${tile(
  (t) => `      let inside_${t} = dy_column + ${t}u < sizes.dy_columns;
      let dy_at_${t} = ((workgroup.z * sizes.dy_rows + dy_row) * sizes.dy_columns + min(dy_column + ${t}u, sizes.dy_columns - 1u)) * sizes.outputs;`,
)}
      let w_at = ((u * ${across.kernel}u + v) * sizes.channels + channel) * 4u * sizes.outputs;
      for (var o = 0u; o < sizes.outputs; o += 1u) {
${unroll(4, (c) => `        let w_${c} = vec4<f32>(w[w_at + ${c}u * sizes.outputs + o]);`)}
${tile(
  (t) => `        let dy_${t} = select(vec4<f32>(), vec4<f32>(dy[dy_at_${t} + o]), inside_${t});
        ${lanes(t, (name, c) => `${name} = ${name} + ${components.map((k) => `dy_${t}.${k} * w_${c}.${k}`).join(' + ')};`)}`,
)}
      }
    }
  }
  ${epilogue.channelLoads('channel', 'all')}
  for (var t = 0u; t < ${tileColumns}u; t += 1u) {
    let at = first_column + t * ${across.stride}u;
    if (at < sizes.columns) {
      let index = ((workgroup.z * sizes.rows + workgroup.y) * sizes.columns + at) * sizes.channels + channel;
      y[index] = ${epilogue.apply(`vec4<f32>(${components.map((component) => `sum_0_${component}`).join(', ')})`, 'index', 'all')};
    }
${unroll(tileColumns - 1, (t) => components.map((component) => `    sum_${t}_${component} = sum_${t + 1}_${component};`).join(' '))}
  }
}
`;
      return {
        wgsl: source,
        sizes: sizes.values,
        workgroupSize: [threads.channels, threads.columns, 1],
        workgroups,
      };
    },
  };
}
