/**
 * Depthwise convolution that lets the image stream by: a thread owns four channels of a few columns, goes down the
 * rows of x, and adds each row to all outputs that it reaches. A row is loaded once, the kernel once, and what is kept
 * are the sums of the outputs that are not complete: ⌈kh / stride⌉ rows of them.
 *
 * The shader knows stride and kernel, but no other size, so that the layers of a model share two pipelines. See
 * `matmul/quad-tile.ts` for why its sums are scalars and why the kernel's weights enter through one load.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { sizesCode } from '../sizes.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
import { unroll } from '../unroll.ts';
import { type ConvolutionProblem, geometry, inputsUnderTile, operandCount } from './geometry.ts';

const components = ['x', 'y', 'z', 'w'] as const;
/** Threads of a workgroup, side by side along the channels. */
const width = 8;
/** The longest unrolled kernel, in multiply-adds of a vector. */
const longestTile = 256;

/**
 * Needs C divisible by 4.
 *
 * @param tileColumns columns of outputs that a thread owns
 * @param tileRows rows of outputs that it computes before it ends
 */
export function depthwiseStream(tileColumns: number, tileRows: number): KernelVariant<ConvolutionProblem> {
  const grid = (problem: ConvolutionProblem): [number, number, number] => {
    const { batch, down, across, channels } = geometry(problem);
    const blocks = Math.ceil(channels / 4 / width);
    return [blocks * Math.ceil(across.output / tileColumns), Math.ceil(down.output / tileRows), batch];
  };
  return {
    name: `stream-${tileColumns}-vec4`,
    registerTile: `${tileColumns} vec4 a row`,
    supports(problem, target) {
      const { down, across, channels } = geometry(problem);
      return (
        channels % 4 === 0 &&
        tileColumns * down.kernel * across.kernel <= longestTile &&
        storable(problem, target) &&
        grid(problem).every((count) => count <= mostWorkgroups)
      );
    },
    build(problem) {
      const { down, across, channels } = geometry(problem);
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
        channels: channels / 4,
        blocks: Math.ceil(channels / 4 / width),
        top: down.before,
        left: across.before,
      });
      const columnsUnder = inputsUnderTile(across, tileColumns);
      /** Rows of outputs under way. */
      const open = Math.ceil(down.kernel / down.stride);
      const weights = Array.from(
        { length: down.kernel * across.kernel },
        (_, tap) => `w_${Math.floor(tap / across.kernel)}_${tap % across.kernel}`,
      );
      const sum = (row: number, c: number, component: string) => `sum_${row}_${c}_${component}`;
      const sumsOfRow = (piece: (c: number, component: string) => string) =>
        unroll(tileColumns, (c) => components.map((component) => piece(c, component)).join(' '));
      /** Row `row` of outputs under way takes row `u` of the kernel. */
      const add = (row: number, u: number) =>
        sumsOfRow((c, component) => {
          const products = Array.from(
            { length: across.kernel },
            (_, v) => `x_${c * across.stride + v}.${component} * w_${u}_${v}.${component}`,
          );
          return `      ${sum(row, c, component)} = ${sum(row, c, component)} + ${products.join(' + ')};\n`;
        });
      const oldest = open - 1;
      const store = `      if (step >= ${oldest}u && first_row + step - ${oldest}u < sizes.output_rows) {
        let y_row = (image * sizes.output_rows + first_row + step - ${oldest}u) * sizes.output_columns;
${unroll(
  tileColumns,
  (c) => `        if (first_column + ${c}u < sizes.output_columns) {
          let index = (y_row + first_column + ${c}u) * sizes.channels + channel;
          y[index] = ${apply(`vec4<f32>(${components.map((component) => sum(oldest, c, component)).join(', ')})`, 'index', 'all')};
        }`,
)}
      }`;
      /** What a row of x does where it is row `phase` of those that begin with a new row of outputs. */
      const phaseCode = (phase: number) => `
${unroll(open, (row) => {
  const u = phase + row * down.stride;
  return u < down.kernel ? add(row, u) : '';
})}
${phase === down.kernel - 1 - oldest * down.stride ? store : ''}
${
  phase === down.stride - 1
    ? `${unroll(oldest, (younger) => {
        const row = oldest - younger;
        return sumsOfRow(
          (c, component) => `      ${sum(row, c, component)} = ${sum(row - 1, c, component)};`,
        );
      })}
${sumsOfRow((c, component) => `      ${sum(0, c, component)} = 0.0;`)}`
    : ''
}`;
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, 4)};
// Channels in vectors of four, and in blocks of a workgroup.
${sizes.declaration}
${declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let image = workgroup.z;
  let first_row = workgroup.y * ${tileRows}u;
  let first_column = workgroup.x / sizes.blocks * ${tileColumns}u;
  let channel = workgroup.x % sizes.blocks * ${width}u + local.x;
  if (channel >= sizes.channels) { return; }
  // Numbers before the first row or column wrap around, beyond the last.
${unroll(
  columnsUnder,
  (j) => `  let column_${j} = first_column * ${across.stride}u + ${j}u - sizes.left;
  let x_at_${j} = min(column_${j}, sizes.columns - 1u) * sizes.channels + channel;`,
)}
${weights.map((name) => `  var ${name} = vec4<f32>();`).join('\n')}
  for (var tap = 0u; tap < ${weights.length}u; tap += 1u) {
${weights.map((name, tap) => `    ${name} = ${weights[tap + 1] ?? 'vec4<f32>(w[tap * sizes.channels + channel])'};`).join('\n')}
  }
  ${channelLoads('channel', 'all')}
${unroll(open, (row) => sumsOfRow((c, component) => `  var ${sum(row, c, component)} = 0.0;`))}
  let last_output = min(first_row + ${tileRows}u, sizes.output_rows) - 1u;
  for (var i = 0u; i < (last_output - first_row) * ${down.stride}u + ${down.kernel}u; i += 1u) {
    let step = i / ${down.stride}u;
    let row = first_row * ${down.stride}u + i - sizes.top;
    let x_row = (image * sizes.rows + min(row, sizes.rows - 1u)) * sizes.columns * sizes.channels;
${unroll(columnsUnder, (j) => `    let x_${j} = select(vec4<f32>(), vec4<f32>(x[x_row + x_at_${j}]), row < sizes.rows && column_${j} < sizes.columns);`)}
${unroll(down.stride, (phase) => `    ${down.stride > 1 ? `if (i % ${down.stride}u == ${phase}u) ` : ''}{${phaseCode(phase)}\n    }`)}
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
