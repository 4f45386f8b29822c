/**
 * Gradient of a convolution by its kernel, in parts: a thread goes over one block of outputs and keeps the gradients of
 * one row of the kernel (or `mostTaps` of its columns) × `lanes` channels of x × four of the outputs. For each output it
 * loads one vector of dy and the x under the taps.
 *
 * The shader knows stride, kernel and how many channels it takes at once, but no other size. Its sums are scalars for the
 * reason in `../quad.ts`, and they move up to the one place in the text that stores.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { sizesCode } from '../sizes.ts';
import { directives, type Lanes, storable, unsizedArrayType } from '../storage.ts';
import { components, unroll } from '../unroll.ts';
import { type KernelGradientProblem, kernelGradientGeometry } from './gradient-geometry.ts';

/** The most columns of the kernel that a thread keeps. */
const mostTaps = 4;
/** The most channels of x that are taken one by one: of a photo there are 3. */
const mostChannels = 4;

/** How a problem is cut: taps and channels of x that a thread keeps, and how x is read. */
function cut(kernelColumns: number, channels: number): { taps: number; channels: number; lanes: Lanes } {
  const chunks = Math.ceil(kernelColumns / mostTaps);
  const taps = Math.ceil(kernelColumns / chunks);
  return channels % 4 === 0 ? { taps, channels: 4, lanes: 4 } : { taps, channels, lanes: 1 };
}

/**
 * Needs O divisible by 4, and C divisible by 4 or less than that.
 *
 * @param width threads of a workgroup: neighbours have neighbouring outputs
 */
export function kernelBlock(width: number): KernelVariant<KernelGradientProblem> {
  return variant(width, false);
}

/**
 * Four threads of neighbouring outputs lend each other the x of four places, as `../quad.ts` says. Needs the feature
 * `subgroups`, O divisible by 16, and C divisible by 4 or less than that.
 */
export function quadKernelBlock(): KernelVariant<KernelGradientProblem> {
  return variant(4, true);
}

const swaps = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'];

function variant(width: number, quads: boolean): KernelVariant<KernelGradientProblem> {
  return {
    name: quads ? 'quad-block-vec4' : `block-vec4-${width}`,
    registerTile: 'kw × 4 vec4',
    supports(problem, target) {
      const { channels, outputs } = kernelGradientGeometry(problem);
      return (
        problem.epilogue.length === 0 &&
        outputs % (quads ? 16 : 4) === 0 &&
        (!quads || target.features.has('subgroups')) &&
        (channels % 4 === 0 || channels < mostChannels) &&
        storable(problem, target) &&
        target.maxComputeInvocationsPerWorkgroup >= width
      );
    },
    build(problem) {
      const { down, across, channels, outputs, parts, blocks } = kernelGradientGeometry(problem);
      const { taps, channels: channelsOfThread, lanes } = cut(across.kernel, channels);
      const chunks = Math.ceil(across.kernel / taps);
      const channelGroups = channels / channelsOfThread;
      const threads = parts * down.kernel * chunks * channelGroups * (outputs / 4);
      const { workgroups, rowLength } = gridOfInvocations(threads, width);
      const sizes = sizesCode(3, {
        rows: down.input,
        columns: across.input,
        output_rows: down.output,
        output_columns: across.output,
        channel_groups: channelGroups,
        outputs: outputs / 4,
        top: down.before,
        left: across.before,
        blocks_down: blocks[0],
        blocks_across: blocks[1],
        block_rows: problem.block[0],
        block_columns: problem.block[1],
        row_length: rowLength,
        threads,
      });
      const sums = Array.from({ length: taps * channelsOfThread }, (_, index) => `sum_${index}`);
      /** What a thread loads for an output: the names, and WGSL of their values. */
      const loads = Array.from({ length: taps }, (_, v): [name: string, load: string][] =>
        lanes === 4
          ? [[`x_${v}`, `select(vec4<f32>(), vec4<f32>(x[x_at_${v}]), x_inside_${v})`]]
          : Array.from({ length: channels }, (_, c) => [
              `x_${v}_${c}`,
              `select(0.0, f32(x[x_at_${v} * ${channels}u + ${c}u]), x_inside_${v})`,
            ]),
      ).flat();
      const element = (v: number, c: number, j: number | '') =>
        lanes === 4 ? `x_${v}${j && `_of_${j}`}.${components[c]}` : `x_${v}_${c}${j && `_of_${j}`}`;
      /** In a quad each place of the four has the x that one thread loaded; by itself a thread has one place. */
      const places = quads ? [0, 1, 2, 3] : [0];
      const column = quads ? 'column + (lane & 3u)' : 'column';
      const source = wgsl`${quads ? 'enable subgroups;' : ''}
${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read> dy: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(2) var<storage, read_write> dw: ${unsizedArrayType(problem.output, 4)};
// Outputs in vectors of four; channels of x in groups of a thread.
${sizes.declaration}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
#if ${quads}
  @builtin(subgroup_invocation_id) lane: u32,
#endif
) {
#if ${quads}
  // The same for all threads of a quad, but for the output.
  let number = workgroup.y * sizes.row_length + workgroup.x * ${width}u;
#else
  let number = workgroup.y * sizes.row_length + workgroup.x * ${width}u + local.x;
#endif
  if (number >= sizes.threads) { return; }
  let output = number % sizes.outputs${quads ? ' + local.x' : ''};
  let group = number / sizes.outputs % sizes.channel_groups;
  let tap = number / sizes.outputs / sizes.channel_groups;
  let first_v = tap % ${chunks}u * ${taps}u;
  let u = tap / ${chunks}u % ${down.kernel}u;
  let part = tap / ${chunks * down.kernel}u;
  let block = part / sizes.blocks_across;
  let image = block / sizes.blocks_down;
  let first_row = block % sizes.blocks_down * sizes.block_rows;
  let first_column = part % sizes.blocks_across * sizes.block_columns;
  let last_row = min(first_row + sizes.block_rows, sizes.output_rows);
  let last_column = min(first_column + sizes.block_columns, sizes.output_columns);
${sums.map((sum) => components.map((component) => `  var ${sum}_${component} = 0.0;`).join(' ')).join('\n')}
  for (var row = first_row; row < last_row; row += 1u) {
    // Numbers before the first row or column wrap around, beyond the last.
    let x_row = row * ${down.stride}u + u - sizes.top;
    if (x_row >= sizes.rows) { continue; }
    let x_start = (image * sizes.rows + x_row) * sizes.columns;
    let dy_start = (image * sizes.output_rows + row) * sizes.output_columns;
    for (var column = first_column; column < last_column; column += ${places.length}u) {
${unroll(
  taps,
  (v) => `      let x_column_${v} = (${column}) * ${across.stride}u + first_v + ${v}u - sizes.left;
      let x_inside_${v} = x_column_${v} < sizes.columns;
      let x_at_${v} = (x_start + min(x_column_${v}, sizes.columns - 1u))${lanes === 4 ? ' * sizes.channel_groups + group' : ''};`,
)}
${loads.map(([name, load]) => `      let ${name} = ${load};`).join('\n')}
${places
  .map((j) => {
    const place = quads ? `column + ((lane & 3u) ^ ${j}u)` : 'column';
    const dy = `vec4<f32>(dy[(dy_start + min(${place}, last_column - 1u)) * sizes.outputs + output])`;
    return `      let dy_${j} = select(vec4<f32>(), ${dy}, ${place} < last_column);
${j === 0 ? '' : loads.map(([name]) => `      let ${name}_of_${j} = ${swaps[j]}(${name});`).join('\n')}`;
  })
  .join('\n')}
${unroll(taps, (v) =>
  unroll(channelsOfThread, (c) =>
    components
      .map((component) => {
        const sum = `sum_${v * channelsOfThread + c}_${component}`;
        const products = places.map((j) => `${element(v, c, j || '')} * dy_${j}.${component}`);
        return `      ${sum} = ${sum} + ${products.join(' + ')};`;
      })
      .join(' '),
  ),
)}
    }
  }
  for (var t = 0u; t < ${sums.length}u; t += 1u) {
    let v = first_v + t / ${channelsOfThread}u;
    if (v < ${across.kernel}u) {
      let channel = group * ${channelsOfThread}u + t % ${channelsOfThread}u;
      let w_tap = (part * ${down.kernel}u + u) * ${across.kernel}u + v;
      dw[(w_tap * sizes.channel_groups * ${channelsOfThread}u + channel) * sizes.outputs + output] =
        vec4<f32>(${components.map((component) => `sum_0_${component}`).join(', ')});
    }
${unroll(sums.length - 1, (t) => components.map((component) => `    sum_${t}_${component} = sum_${t + 1}_${component};`).join(' '))}
  }
}
`;
      return { wgsl: source, sizes: sizes.values, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}
