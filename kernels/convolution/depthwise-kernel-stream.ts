/**
 * Gradient of a depthwise convolution by its kernel, in parts, as a stream: a thread owns four channels of one block of
 * outputs and keeps the gradient of all taps. In strips of a few columns it goes down the rows of x, each of which meets
 * the rows of dy that it served: of those the last ⌈kh / stride⌉ stay in registers by age, from 0, the youngest. So x is
 * read once but for the edges of strips and blocks, dy once.
 *
 * The shader knows stride and kernel, but no other size. Its sums are scalars for the reason in `../quad.ts`, and they
 * move up to the one place in the text that stores.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { sizesCode } from '../sizes.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
import { components, unroll } from '../unroll.ts';
import { eldest } from './depthwise-transposed-stream.ts';
import { type Geometry, inputsUnderTile } from './geometry.ts';
import { type KernelGradientProblem, kernelGradientGeometry } from './gradient-geometry.ts';

/** The longest unrolled kernel, in multiply-adds of a vector: lavapipe took 15 s to compile 50, on a busy machine. */
const longestTile = 64;

/** WGSL that adds what a row of x does in its phase. */
function productsCode({ down, across }: Geometry, tileColumns: number) {
  return (phase: number): string =>
    unroll(eldest(down) + 1, (age) => {
      const u = phase + age * down.stride;
      if (u >= down.kernel) return '';
      return unroll(across.kernel, (v) =>
        components
          .map((component) => {
            const product = (c: number) =>
              `x_${c * across.stride + v}.${component} * dy_${age}_${c}.${component}`;
            const sum = `sum_${u * across.kernel + v}_${component}`;
            return `      ${sum} = ${sum} + ${unroll(tileColumns, product, ' + ')};`;
          })
          .join('\n'),
      );
    });
}

/**
 * Needs C divisible by 4.
 *
 * @param tileColumns columns of outputs in a strip
 * @param width threads of a workgroup, side by side along the channels
 */
export function depthwiseKernelStream(
  tileColumns: number,
  width: number,
): KernelVariant<KernelGradientProblem> {
  return {
    name: `stream-${tileColumns}-vec4-${width}`,
    registerTile: `kh×kw vec4`,
    supports(problem, target) {
      const { down, across, channels } = kernelGradientGeometry(problem);
      return (
        problem.epilogue.length === 0 &&
        channels % 4 === 0 &&
        tileColumns * down.kernel * across.kernel <= longestTile &&
        storable(problem, target) &&
        target.maxComputeInvocationsPerWorkgroup >= width
      );
    },
    build(problem) {
      const image = kernelGradientGeometry(problem);
      const { down, across, channels, parts } = image;
      const groups = Math.ceil(channels / 4 / width);
      const { workgroups, rowLength } = gridOfWorkgroups(parts * groups);
      const sizes = sizesCode(3, {
        rows: down.input,
        columns: across.input,
        output_rows: down.output,
        output_columns: across.output,
        channels: channels / 4,
        groups,
        top: down.before,
        left: across.before,
        parts,
        blocks_down: image.blocks[0],
        blocks_across: image.blocks[1],
        block_rows: problem.block[0],
        block_columns: problem.block[1],
        row_length: rowLength,
      });
      const taps = down.kernel * across.kernel;
      const ages = eldest(down);
      const columnsUnder = inputsUnderTile(across, tileColumns);
      const products = productsCode(image, tileColumns);
      const inPhase = (phase: number) => (down.stride > 1 ? `if (i % ${down.stride}u == ${phase}u) ` : '');
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> dy: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(2) var<storage, read_write> dw: ${unsizedArrayType(problem.output, 4)};
// Channels in vectors of four, and in groups of a workgroup.
${sizes.declaration}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let number = workgroup.y * sizes.row_length + workgroup.x;
  let part = number / sizes.groups;
  let channel = number % sizes.groups * ${width}u + local.x;
  if (part >= sizes.parts || channel >= sizes.channels) { return; }
  let block = part / sizes.blocks_across;
  let image = block / sizes.blocks_down;
  let first_row = block % sizes.blocks_down * sizes.block_rows;
  let first_column = part % sizes.blocks_across * sizes.block_columns;
  let last_row = min(first_row + sizes.block_rows, sizes.output_rows);
  let last_column = min(first_column + sizes.block_columns, sizes.output_columns);
${unroll(taps, (tap) => components.map((component) => `  var sum_${tap}_${component} = 0.0;`).join(' '))}
  for (var column = first_column; column < last_column; column += ${tileColumns}u) {
    // Numbers before the first row or column wrap around, beyond the last.
${unroll(
  columnsUnder,
  (j) => `    let x_column_${j} = column * ${across.stride}u + ${j}u - sizes.left;
    let x_at_${j} = min(x_column_${j}, sizes.columns - 1u) * sizes.channels + channel;`,
)}
${unroll(tileColumns, (c) => `    let dy_at_${c} = min(column + ${c}u, last_column - 1u) * sizes.channels + channel;`)}
${unroll(ages + 1, (age) => unroll(tileColumns, (c) => `    var dy_${age}_${c} = vec4<f32>();`))}
    for (var i = 0u; i < (last_row - first_row - 1u) * ${down.stride}u + ${down.kernel}u; i += 1u) {
      let row = first_row * ${down.stride}u + i - sizes.top;
      let x_row = (image * sizes.rows + min(row, sizes.rows - 1u)) * sizes.columns * sizes.channels;
      ${inPhase(0)}{
${unroll(ages, (younger) => unroll(tileColumns, (c) => `        dy_${ages - younger}_${c} = dy_${ages - younger - 1}_${c};`))}
        let output_row = first_row + i / ${down.stride}u;
        let dy_row = (image * sizes.output_rows + min(output_row, last_row - 1u)) * sizes.output_columns * sizes.channels;
${unroll(tileColumns, (c) => `        dy_0_${c} = select(vec4<f32>(), vec4<f32>(dy[dy_row + dy_at_${c}]), output_row < last_row && column + ${c}u < last_column);`)}
      }
${unroll(columnsUnder, (j) => `      let x_${j} = select(vec4<f32>(), vec4<f32>(x[x_row + x_at_${j}]), row < sizes.rows && x_column_${j} < sizes.columns);`)}
${unroll(down.stride, (phase) => `      ${inPhase(phase)}{\n${products(phase)}\n      }`)}
    }
  }
  for (var tap = 0u; tap < ${taps}u; tap += 1u) {
    dw[(part * ${taps}u + tap) * sizes.channels + channel] = vec4<f32>(sum_0_x, sum_0_y, sum_0_z, sum_0_w);
${unroll(taps - 1, (tap) => components.map((component) => `    sum_${tap}_${component} = sum_${tap + 1}_${component};`).join(' '))}
  }
}
`;
      return { wgsl: source, sizes: sizes.values, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}
