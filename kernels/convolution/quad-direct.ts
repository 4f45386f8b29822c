/**
 * Convolution whose threads lend each other what they read, four by four: `../quad.ts` says how. The outputs of a thread
 * are `tilePixels` neighbours of a row × `tileVectors` vectors of four channels; of x, each reads all channels of a
 * pixel at a time. The shader knows stride, kernel and C, but no other size.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { quadSums } from '../quad.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
import { unroll } from '../unroll.ts';
import { type ConvolutionProblem, geometry, operandCount } from './geometry.ts';
import { blockGrid, imageSizes } from './run-time-sizes.ts';

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
  const block = { rows: 1, columns: tilePixels, vectors: width * tileVectors };
  const sums = quadSums(tilePixels, tileVectors);
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
        blockGrid(problem, block).every((count) => count <= mostWorkgroups)
      );
    },
    build(problem) {
      const { down, across, channels } = geometry(problem);
      const epilogue = epilogueCode(problem, operandCount, 4, unsizedArrayType);
      const sizes = imageSizes(problem, epilogue.outputBinding + 1, block);
      const x = (i: number, d: number) =>
        `    let x_${i}_${d} = select(0.0, f32(x[x_${i} + ${d}u]), row < sizes.rows && column_${i} < sizes.columns);`;
      const w = (d: number, c: number) =>
        `    let w_${d}_${c} = vec4<f32>(w[(tap * ${channels}u + ${d}u) * sizes.channels + channel_${c}]);`;
      const products = (c: number, component: string) =>
        unroll(channels, (d) => `x_j_${d} * w_${d}_${c}.${component}`, ' + ');
      const source = wgsl`enable subgroups;
${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, 1)};
@group(0) @binding(1) var<storage, read> w: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, 4)};
// Channels of the output, in vectors of four and in blocks of a workgroup.
${sizes.declaration}
${epilogue.declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let q = lane & 3u;
  let first_pixel = workgroup.x / sizes.blocks * ${tilePixels}u;
  let channel = workgroup.x % sizes.blocks * ${block.vectors}u + local.x;
${unroll(tileVectors, (c) => `  let channel_${c} = min(channel + ${c * width}u, sizes.channels - 1u);`)}
  // Numbers before the first row or column wrap around, beyond the last.
${unroll(sums.groups, (i) => `  let first_column_${i} = (first_pixel + ${4 * i}u + q) * ${across.stride}u - sizes.left;`)}
${sums.declarations}
  for (var tap = 0u; tap < ${down.kernel * across.kernel}u; tap += 1u) {
    let row = workgroup.y * ${down.stride}u + tap / ${across.kernel}u - sizes.top;
    let x_row = (workgroup.z * sizes.rows + min(row, sizes.rows - 1u)) * sizes.columns;
${unroll(
  sums.groups,
  (i) => `    let column_${i} = first_column_${i} + tap % ${across.kernel}u;
    let x_${i} = (x_row + min(column_${i}, sizes.columns - 1u)) * ${channels}u;
${unroll(channels, (d) => x(i, d))}`,
)}
${unroll(channels, (d) => unroll(tileVectors, (c) => w(d, c)))}
${sums.add((i, lent) => unroll(channels, (d) => `      let x_j_${d} = ${lent(`x_${i}_${d}`)};`), products)}
  }
${unroll(tileVectors, (c) => `  ${epilogue.channelLoads(`channel_${c}`, c)}`)}
${sums.store(
  {
    name: 'pixel',
    first: 'first_pixel',
    inside: (c) => `pixel < sizes.output_columns && channel + ${c * width}u < sizes.channels`,
    index: (c) =>
      `((workgroup.z * sizes.output_rows + workgroup.y) * sizes.output_columns + pixel) * sizes.channels + channel_${c}`,
  },
  epilogue.apply,
)}
}
`;
      return {
        wgsl: source,
        sizes: sizes.values,
        workgroupSize: [width, 1, 1],
        workgroups: blockGrid(problem, block),
      };
    },
  };
}
