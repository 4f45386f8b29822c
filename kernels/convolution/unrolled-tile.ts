/**
 * Convolution with few weights, wholly unrolled: a thread computes `tileColumns` neighbouring outputs of a row, all
 * output channels of each. Every weight has a constant index, so all threads of a group read it at once; nothing
 * loops. For the first layer of an image network, where C is 1 to 4 and O is small.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { gridOfInvocations } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, storable } from '../storage.ts';
import { guarded, unroll } from '../unroll.ts';
import { condition, insideOrZero, positions } from './axis-code.ts';
import { type ConvolutionProblem, geometry, inputsUnderTile, operandCount } from './geometry.ts';

/** The longest unrolled tile, in multiply-adds of a vector. */
const longestTile = 2048;

/**
 * Needs O divisible by 4.
 *
 * @param width threads of a workgroup, side by side along the rows of the output
 */
export function unrolledTile(tileColumns: number, width: number): KernelVariant<ConvolutionProblem> {
  return {
    name: `unrolled-${tileColumns}-vec4-${width}`,
    registerTile: `${tileColumns} vec4`,
    supports(problem, target) {
      const { down, across, channels, outputs } = geometry(problem);
      const weights = down.kernel * across.kernel * channels * outputs;
      return (
        outputs % 4 === 0 &&
        (weights / 4) * tileColumns <= longestTile &&
        storable(problem, target) &&
        target.maxComputeInvocationsPerWorkgroup >= width
      );
    },
    build(problem) {
      const { batch, down, across, channels, outputs } = geometry(problem);
      const vectors = outputs / 4;
      const columnTiles = Math.ceil(across.output / tileColumns);
      const tiles = batch * down.output * columnTiles;
      const { workgroups, rowLength } = gridOfInvocations(tiles, width);
      const { declarations, outputBinding, channelLoads, apply } = epilogueCode(problem, operandCount, 4);
      const columnsUnder = inputsUnderTile(across, tileColumns);
      const inputRow = (u: number, c: number) => `
  {
${unroll(columnsUnder, (j) => {
  const value = insideOrZero('f32', `f32(x[x_row_${u} + column_${j} * ${channels}u + ${c}u])`, [
    ...condition('row', down, 1, u),
    ...condition('column', across, tileColumns, j),
  ]);
  return `    let x_${j} = ${value};`;
})}
${unroll(across.kernel, (v) =>
  unroll(
    vectors,
    (o) => `    {
      let w_value = vec4<f32>(w[${((u * across.kernel + v) * channels + c) * vectors + o}]);
${unroll(tileColumns, (t) => `      sum_${t}_${o} += x_${t * across.stride + v} * w_value;`)}
    }`,
  ),
)}
  }`;
      const store = (t: number): string =>
        guarded(
          [across.output % tileColumns !== 0 && `first_column + ${t}u < ${across.output}u`],
          `    let place = (output_row * ${across.output}u + first_column + ${t}u) * ${vectors}u;
${unroll(vectors, (o) => `    y[place + ${o}u] = ${apply(`sum_${t}_${o}`, `place + ${o}u`, o)};`)}`,
        );
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, 4)};
${declarations}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let tile = invocation.y * ${rowLength}u + invocation.x;
  if (tile >= ${tiles}u) { return; }
  let first_column = tile % ${columnTiles}u * ${tileColumns}u;
  let output_row = tile / ${columnTiles}u;
  let first_row = output_row % ${down.output}u;
  let image = output_row / ${down.output}u;
${positions('row', down, 'first_row', 1)}
${positions('column', across, 'first_column', tileColumns)}
${unroll(down.kernel, (u) => `  let x_row_${u} = (image * ${down.input}u + row_${u}) * ${across.input * channels}u;`)}
${unroll(tileColumns, (t) => unroll(vectors, (o) => `  var sum_${t}_${o} = vec4<f32>();`))}
${unroll(down.kernel, (u) => unroll(channels, (c) => inputRow(u, c)))}
${unroll(vectors, (o) => `  ${channelLoads(`${o}`, o)}`)}
${unroll(tileColumns, store)}
}
`;
      return { wgsl: source, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}
