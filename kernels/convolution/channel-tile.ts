/**
 * Convolution in register tiles: a thread computes `tileColumns` neighbouring outputs of a row × `tileVectors`
 * vectors of four output channels. For each kernel row and input channel it loads the input elements under the tile
 * once and uses each for every output that it reaches.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, type Lanes, realType, storable } from '../storage.ts';
import { guarded, unroll } from '../unroll.ts';
import { condition, insideOrZero, positions } from './axis-code.ts';
import {
  type ConvolutionProblem,
  type Geometry,
  geometry,
  inputsUnderTile,
  operandCount,
} from './geometry.ts';

/** The longest unrolled step, in multiply-adds of a vector: what is longer takes seconds to compile. */
const longestStep = 512;

function lanesOf({ channels }: Geometry): Lanes {
  return channels % 4 === 0 ? 4 : 1;
}

function grid({ batch, down, across, outputs }: Geometry, columns: number, vectors: number, width: number) {
  const blocks = Math.ceil(outputs / 4 / (vectors * width));
  const columnTiles = Math.ceil(across.output / columns);
  return { blocks, workgroups: [blocks * columnTiles, down.output, batch] as const };
}

/**
 * Needs O divisible by 4; reads x as vectors where C is divisible by 4 too.
 *
 * @param width threads of a workgroup, side by side along the output channels
 */
export function channelTile(
  tileColumns: number,
  tileVectors: number,
  width: number,
): KernelVariant<ConvolutionProblem> {
  return {
    name: `tile-${tileColumns}x${tileVectors}-vec4-${width}`,
    registerTile: `${tileColumns}×${tileVectors} vec4`,
    supports(problem, target) {
      const sizes = geometry(problem);
      return (
        sizes.outputs % 4 === 0 &&
        sizes.across.kernel * lanesOf(sizes) * tileColumns * tileVectors <= longestStep &&
        grid(sizes, tileColumns, tileVectors, width).workgroups.every((count) => count <= mostWorkgroups) &&
        storable(problem, target) &&
        target.maxComputeInvocationsPerWorkgroup >= width
      );
    },
    build(problem) {
      const sizes = geometry(problem);
      const { down, across, channels } = sizes;
      const lanes = lanesOf(sizes);
      const real = realType(lanes);
      const steps = channels / lanes;
      const vectors = sizes.outputs / 4;
      const exact = vectors % (tileVectors * width) === 0;
      const { blocks, workgroups } = grid(sizes, tileColumns, tileVectors, width);
      const { declarations, outputBinding, channelLoads, apply } = epilogueCode(problem, operandCount, 4);
      const columnsUnder = inputsUnderTile(across, tileColumns);
      const component = (name: string, i: number) => (lanes === 4 ? `${name}.${'xyzw'[i]}` : name);
      const store = (c: number, o: number): string =>
        guarded(
          [
            across.output % tileColumns !== 0 && `first_column + ${c}u < ${across.output}u`,
            !exact && `output_channel + ${o * width}u < ${vectors}u`,
          ],
          `    let place = (image * ${down.output}u + row) * ${across.output}u + first_column + ${c}u;
    let index = place * ${vectors}u + output_channel + ${o * width}u;
    y[index] = ${apply(`sum_${c}_${o}`, 'index', o)};`,
        );
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, 4)};
${declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let image = workgroup.z;
  let row = workgroup.y;
  let first_column = workgroup.x / ${blocks}u * ${tileColumns}u;
  let output_channel = workgroup.x % ${blocks}u * ${tileVectors * width}u + local.x;
#if ${exact}
${unroll(tileVectors, (o) => `  let output_${o} = output_channel + ${o * width}u;`)}
#else
${unroll(tileVectors, (o) => `  let output_${o} = min(output_channel + ${o * width}u, ${vectors - 1}u);`)}
#endif
${positions('column', across, 'first_column', tileColumns)}
${unroll(tileColumns, (c) => unroll(tileVectors, (o) => `  var sum_${c}_${o} = vec4<f32>();`))}
  for (var u = 0u; u < ${down.kernel}u; u++) {
    // Above the image the unsigned position wraps to a large number.
    let x_row = row * ${down.stride}u + u - ${down.before}u;
    let row_inside = x_row < ${down.input}u;
    let x_place = (image * ${down.input}u + min(x_row, ${down.input - 1}u)) * ${across.input * steps}u;
    for (var step = 0u; step < ${steps}u; step++) {
${unroll(columnsUnder, (j) => {
  const value = insideOrZero(real, `${real}(x[x_place + column_${j} * ${steps}u + step])`, [
    'row_inside',
    ...condition('column', across, tileColumns, j),
  ]);
  return `      let x_${j} = ${value};`;
})}
${unroll(across.kernel, (v) =>
  unroll(
    lanes,
    (i) => `      {
        let w_row = ((u * ${across.kernel}u + ${v}u) * ${channels}u + step * ${lanes}u + ${i}u) * ${vectors}u;
${unroll(tileVectors, (o) => `        let w_${o} = vec4<f32>(w[w_row + output_${o}]);`)}
${unroll(tileColumns, (c) => unroll(tileVectors, (o) => `        sum_${c}_${o} += ${component(`x_${c * across.stride + v}`, i)} * w_${o};`))}
      }`,
  ),
)}
    }
  }
${unroll(tileVectors, (o) => `  ${channelLoads(`output_${o}`, o)}`)}
${unroll(tileColumns, (c) => unroll(tileVectors, (o) => store(c, o)))}
}
`;
      return { wgsl: source, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}
