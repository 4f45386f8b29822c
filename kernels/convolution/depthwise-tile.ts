/**
 * Depthwise convolution in register tiles: a thread computes `tileRows × tileColumns` outputs of four channels. Each
 * input element under the tile is loaded once and used by every output that it reaches.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, storable } from '../storage.ts';
import { guarded, unroll } from '../unroll.ts';
import { condition, insideOrZero, positions } from './axis-code.ts';
import {
  type ConvolutionProblem,
  type Geometry,
  geometry,
  inputsUnderTile,
  operandCount,
} from './geometry.ts';

/** The longest unrolled tile, in multiply-adds of a vector. */
const longestTile = 512;

/** Threads of a workgroup: along the channels, and along the columns of tiles. */
export interface TileThreads {
  readonly channels: number;
  readonly columns: number;
}

function grid(
  { batch, down, across, channels }: Geometry,
  rows: number,
  columns: number,
  threads: TileThreads,
) {
  const blocks = Math.ceil(channels / 4 / threads.channels);
  const columnTiles = Math.ceil(across.output / columns);
  const columnGroups = Math.ceil(columnTiles / threads.columns);
  const workgroups = [blocks * columnGroups, Math.ceil(down.output / rows), batch] as const;
  return { blocks, columnTiles, columnGroups, workgroups };
}

/** Needs C divisible by 4. */
export function depthwiseTile(
  tileRows: number,
  tileColumns: number,
  threads: TileThreads,
): KernelVariant<ConvolutionProblem> {
  return {
    name: `tile-${tileRows}x${tileColumns}-vec4-${threads.channels}x${threads.columns}`,
    registerTile: `${tileRows}×${tileColumns} vec4`,
    supports(problem, target) {
      const sizes = geometry(problem);
      return (
        sizes.channels % 4 === 0 &&
        tileRows * tileColumns * sizes.down.kernel * sizes.across.kernel <= longestTile &&
        grid(sizes, tileRows, tileColumns, threads).workgroups.every((count) => count <= mostWorkgroups) &&
        storable(problem, target) &&
        target.maxComputeInvocationsPerWorkgroup >= threads.channels * threads.columns
      );
    },
    build(problem) {
      const sizes = geometry(problem);
      const { down, across } = sizes;
      const vectors = sizes.channels / 4;
      const { blocks, columnTiles, columnGroups, workgroups } = grid(sizes, tileRows, tileColumns, threads);
      const { declarations, outputBinding, channelLoads, apply } = epilogueCode(problem, operandCount, 4);
      const rowsUnder = inputsUnderTile(down, tileRows);
      const columnsUnder = inputsUnderTile(across, tileColumns);
      const inputRow = (i: number) => `
  {
    let x_row = (image * ${down.input}u + row_${i}) * ${across.input * vectors}u + channel;
${unroll(columnsUnder, (j) => {
  const value = insideOrZero('vec4<f32>', `vec4<f32>(x[x_row + column_${j} * ${vectors}u])`, [
    ...condition('row', down, tileRows, i),
    ...condition('column', across, tileColumns, j),
  ]);
  return `    let x_${j} = ${value};`;
})}
${unroll(tileRows, (r) => {
  const u = i - r * down.stride;
  if (u < 0 || u >= down.kernel) return '';
  return unroll(tileColumns, (c) =>
    unroll(across.kernel, (v) => `    sum_${r}_${c} += x_${c * across.stride + v} * w_${u}_${v};`),
  );
})}
  }`;
      const store = (r: number, c: number): string =>
        guarded(
          [
            down.output % tileRows !== 0 && `first_row + ${r}u < ${down.output}u`,
            across.output % tileColumns !== 0 && `first_column + ${c}u < ${across.output}u`,
          ],
          `    let y_row = (image * ${down.output}u + first_row + ${r}u) * ${across.output}u;
    let index = (y_row + first_column + ${c}u) * ${vectors}u + channel;
    y[index] = ${apply(`sum_${r}_${c}`, 'index', 'all')};`,
        );
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, 4)};
${declarations}
@compute @workgroup_size(${threads.channels}, ${threads.columns})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let image = workgroup.z;
  let first_row = workgroup.y * ${tileRows}u;
  let column_tile = workgroup.x / ${blocks}u * ${threads.columns}u + local.y;
  let first_column = column_tile * ${tileColumns}u;
  let channel = workgroup.x % ${blocks}u * ${threads.channels}u + local.x;
#if ${vectors % threads.channels !== 0}
  if (channel >= ${vectors}u) { return; }
#endif
#if ${columnTiles !== columnGroups * threads.columns}
  if (column_tile >= ${columnTiles}u) { return; }
#endif
${positions('row', down, 'first_row', tileRows)}
${positions('column', across, 'first_column', tileColumns)}
${unroll(down.kernel, (u) => unroll(across.kernel, (v) => `  let w_${u}_${v} = vec4<f32>(w[${(u * across.kernel + v) * vectors}u + channel]);`))}
${unroll(tileRows, (r) => unroll(tileColumns, (c) => `  var sum_${r}_${c} = vec4<f32>();`))}
${unroll(rowsUnder, inputRow)}
  ${channelLoads('channel', 'all')}
${unroll(tileRows, (r) => unroll(tileColumns, (c) => store(r, c)))}
}
`;
      return { wgsl: source, workgroupSize: [threads.channels, threads.columns, 1], workgroups };
    },
  };
}
