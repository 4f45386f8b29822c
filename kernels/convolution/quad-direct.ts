/**
 * Convolution by quads: four threads compute the same `tilePixels` neighbouring outputs of a row, each of other
 * channels, and lend each other what they read of x, as in `matmul/quad-tile.ts`, where the rest is explained. The
 * shader knows stride, kernel and C, but no other size.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { sizesCode } from '../sizes.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
import { unroll } from '../unroll.ts';
import { type ConvolutionProblem, geometry, operandCount } from './geometry.ts';

const components = ['x', 'y', 'z', 'w'] as const;
const swaps = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'];
/** Threads of a workgroup, side by side along the channels of the output. */
const width = 4;
/** The most channels of x: all are unrolled. */
const mostChannels = 4;

/**
 * Needs the feature `subgroups`, O divisible by 4 and C of at most 4.
 *
 * @param tilePixels divisible by 4
 */
export function quadDirect(tilePixels: number, tileVectors: number): KernelVariant<ConvolutionProblem> {
  const grid = (problem: ConvolutionProblem): [number, number, number] => {
    const { batch, down, across, outputs } = geometry(problem);
    const blocks = Math.ceil(outputs / 4 / (width * tileVectors));
    return [blocks * Math.ceil(across.output / tilePixels), down.output, batch];
  };
  return {
    name: `quad-${tilePixels}x${tileVectors}-vec4`,
    registerTile: `${tilePixels}×${tileVectors} vec4`,
    supports(problem, target) {
      const { channels, outputs } = geometry(problem);
      return (
        channels <= mostChannels &&
        outputs % 4 === 0 &&
        target.features.has('subgroups') &&
        storable(problem, target) &&
        grid(problem).every((count) => count <= mostWorkgroups)
      );
    },
    build(problem) {
      const { down, across, channels, outputs } = geometry(problem);
      const { declarations, outputBinding, channelLoads, apply } = epilogueCode(
        problem,
        operandCount,
        4,
        unsizedArrayType,
      );
      const sizes = sizesCode(outputBinding + 1, {
        rows: down.input,
        columns: across.input,
        output_rows: down.output,
        output_columns: across.output,
        channels: outputs / 4,
        blocks: Math.ceil(outputs / 4 / (width * tileVectors)),
        top: down.before,
        left: across.before,
      });
      const groups = tilePixels / 4;
      const sum = (i: number, j: number, c: number, component: string) => `sum_${i}_${j}_${c}_${component}`;
      const everySum = (piece: (i: number, j: number, c: number, component: string) => string, from = 0) =>
        unroll(groups - from, (i) =>
          unroll(4, (j) =>
            unroll(tileVectors, (c) => components.map((component) => piece(i, j, c, component)).join(' ')),
          ),
        );
      const products = (c: number, component: string) =>
        Array.from({ length: channels }, (_, d) => `x_j_${d} * w_${d}_${c}.${component}`).join(' + ');
      const source = wgsl`enable subgroups;
${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, 1)};
@group(0) @binding(1) var<storage, read> w: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, 4)};
// Channels of the output, in vectors of four and in blocks of a workgroup.
${sizes.declaration}
${declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let q = lane & 3u;
  let first_pixel = workgroup.x / sizes.blocks * ${tilePixels}u;
  let channel = workgroup.x % sizes.blocks * ${tileVectors * width}u + local.x;
${unroll(tileVectors, (c) => `  let channel_${c} = min(channel + ${c * width}u, sizes.channels - 1u);`)}
  // Numbers before the first row or column wrap around, beyond the last.
${unroll(groups, (i) => `  let first_column_${i} = (first_pixel + ${4 * i}u + q) * ${across.stride}u - sizes.left;`)}
${everySum((...which) => `  var ${sum(...which)} = 0.0;`)}
  for (var tap = 0u; tap < ${down.kernel * across.kernel}u; tap += 1u) {
    let row = workgroup.y * ${down.stride}u + tap / ${across.kernel}u - sizes.top;
    let x_row = (workgroup.z * sizes.rows + min(row, sizes.rows - 1u)) * sizes.columns;
${unroll(groups, (i) => {
  const load = (d: number) =>
    `    let x_${i}_${d} = select(0.0, f32(x[x_${i} + ${d}u]), row < sizes.rows && column_${i} < sizes.columns);`;
  return `    let column_${i} = first_column_${i} + tap % ${across.kernel}u;
    let x_${i} = (x_row + min(column_${i}, sizes.columns - 1u)) * ${channels}u;
${unroll(channels, load)}`;
})}
${unroll(channels, (d) => unroll(tileVectors, (c) => `    let w_${d}_${c} = vec4<f32>(w[(tap * ${channels}u + ${d}u) * sizes.channels + channel_${c}]);`))}
${unroll(groups, (i) =>
  unroll(
    4,
    (j) => `    {
${unroll(channels, (d) => `      let x_j_${d} = ${swaps[j]}(x_${i}_${d});`)}
${unroll(tileVectors, (c) =>
  components
    .map(
      (component) =>
        `      ${sum(i, j, c, component)} = ${sum(i, j, c, component)} + ${products(c, component)};`,
    )
    .join('\n'),
)}
    }`,
  ),
)}
  }
${unroll(tileVectors, (c) => `  ${channelLoads(`channel_${c}`, c)}`)}
  for (var i = 0u; i < ${tilePixels}u; i += 4u) {
    for (var j = 0u; j < 4u; j += 1u) {
      let pixel = first_pixel + i + (q ^ j);
${unroll(
  tileVectors,
  (c) => `      if (pixel < sizes.output_columns && channel + ${c * width}u < sizes.channels) {
        let index = ((workgroup.z * sizes.output_rows + workgroup.y) * sizes.output_columns + pixel) * sizes.channels + channel_${c};
        y[index] = ${apply(`vec4<f32>(${components.map((component) => sum(0, 0, c, component)).join(', ')})`, 'index', c)};
      }
${unroll(3, (j) => components.map((component) => `      ${sum(0, j, c, component)} = ${sum(0, j + 1, c, component)};`).join(' '))}`,
)}
    }
${everySum((i, j, c, component) => `    ${sum(i, j, c, component)} = ${sum(i + 1, j, c, component)};`, 1)}
  }
}
`;
      return {
        wgsl: source,
        sizes: sizes.values,
        workgroupSize: [width, 1, 1],
        workgroups: grid(problem),
      };
    },
  };
}
