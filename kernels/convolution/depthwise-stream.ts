/**
 * Depthwise convolution that lets the image stream by: a thread owns four channels of a few columns, goes down the
 * rows of x, and adds each row to all outputs that it reaches. A row is loaded once, the kernel once, and what is kept
 * are the sums of the outputs that are not complete: ⌈kh / stride⌉ rows of them, by age, from 0, the youngest.
 *
 * With every `stride` rows of x a new row of outputs begins. A row of x that is p-th of those (its phase) serves kernel
 * row u = p + a · stride of the output of age a; where that is the last, kh − 1, the oldest is complete and is stored.
 * For kh = 3:
 *
 * | stride | phase | age 0 | age 1 | age 2 | then                                  |
 * | ------ | ----- | ----- | ----- | ----- | ------------------------------------- |
 * | 1      | 0     | u = 0 | u = 1 | u = 2 | age 2 is stored, all get a step older |
 * | 2      | 0     | u = 0 | u = 2 |       | age 1 is stored                       |
 * | 2      | 1     | u = 1 |       |       | all get a step older                  |
 *
 * The shader knows stride and kernel, but no other size, so that the layers of a model share two pipelines. Its sums are
 * scalars for the reason in `../quad.ts`; the weights enter through one load for the same.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { type EpilogueCode, epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
import { components, unroll } from '../unroll.ts';
import {
  type ConvolutionProblem,
  type Geometry,
  geometry,
  inputsUnderTile,
  operandCount,
} from './geometry.ts';
import { blockGrid, imageSizes } from './run-time-sizes.ts';

/** Threads of a workgroup, side by side along the channels. */
const width = 8;
/** The longest unrolled kernel, in multiply-adds of a vector. */
const longestTile = 256;

/** WGSL that fetches the kernel's weights `w_u_v`: each moves up to the front while one load in the text fills the last. */
function weightsCode({ down, across }: Geometry): string {
  const names = Array.from(
    { length: down.kernel * across.kernel },
    (_, tap) => `w_${Math.floor(tap / across.kernel)}_${tap % across.kernel}`,
  );
  const next = (tap: number) => names[tap + 1] ?? 'vec4<f32>(w[tap * sizes.channels + channel])';
  return `${names.map((name) => `  var ${name} = vec4<f32>();`).join('\n')}
  for (var tap = 0u; tap < ${names.length}u; tap += 1u) {
${names.map((name, tap) => `    ${name} = ${next(tap)};`).join('\n')}
  }`;
}

/** WGSL around the sums of the outputs under way, `sum_${age}_${column}_${component}`. */
function sumsCode({ down, across }: Geometry, tileColumns: number, apply: EpilogueCode['apply']) {
  const ages = Math.ceil(down.kernel / down.stride);
  const oldest = ages - 1;
  const sum = (age: number, c: number, component: string) => `sum_${age}_${c}_${component}`;
  const ofAge = (piece: (c: number, component: string) => string) =>
    unroll(tileColumns, (c) => components.map((component) => piece(c, component)).join(' '));

  /** The row of x serves row `u` of the kernel. */
  const add = (age: number, u: number): string =>
    ofAge((c, component) => {
      const product = (v: number) => `x_${c * across.stride + v}.${component} * w_${u}_${v}.${component}`;
      const name = sum(age, c, component);
      return `      ${name} = ${name} + ${unroll(across.kernel, product, ' + ')};\n`;
    });
  /** The oldest began `oldest` steps ago; before the first row of the tile and behind the last there is none. */
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
  /** The oldest first, so that none is overwritten before it has moved; then a new row of outputs begins. */
  const growOlder = `${unroll(oldest, (younger) => {
    const age = oldest - younger;
    return ofAge((c, component) => `      ${sum(age, c, component)} = ${sum(age - 1, c, component)};`);
  })}
${ofAge((c, component) => `      ${sum(0, c, component)} = 0.0;`)}`;

  return {
    declarations: unroll(ages, (age) => ofAge((c, component) => `  var ${sum(age, c, component)} = 0.0;`)),
    /** What a row of x does in its phase, 0 … stride − 1. */
    phase: (phase: number): string => `
${unroll(ages, (age) => {
  const u = phase + age * down.stride;
  return u < down.kernel ? add(age, u) : '';
})}
${phase + oldest * down.stride === down.kernel - 1 ? store : ''}
${phase === down.stride - 1 ? growOlder : ''}`,
  };
}

/**
 * Needs C divisible by 4.
 *
 * @param tileColumns columns of outputs that a thread owns
 * @param tileRows rows of outputs that it computes before it ends
 */
export function depthwiseStream(tileColumns: number, tileRows: number): KernelVariant<ConvolutionProblem> {
  const block = { rows: tileRows, columns: tileColumns, vectors: width };
  return {
    name: `stream-${tileColumns}-vec4`,
    registerTile: `${tileColumns} vec4 a row`,
    supports(problem, target) {
      const { down, across, channels } = geometry(problem);
      return (
        channels % 4 === 0 &&
        tileColumns * down.kernel * across.kernel <= longestTile &&
        storable(problem, target) &&
        blockGrid(problem, block).every((count) => count <= mostWorkgroups)
      );
    },
    build(problem) {
      const image = geometry(problem);
      const { down, across } = image;
      const epilogue = epilogueCode(problem, operandCount, 4, unsizedArrayType);
      const sizes = imageSizes(problem, epilogue.outputBinding + 1, block);
      const sums = sumsCode(image, tileColumns, epilogue.apply);
      const columnsUnder = inputsUnderTile(across, tileColumns);
      const inPhase = (phase: number) => (down.stride > 1 ? `if (i % ${down.stride}u == ${phase}u) ` : '');
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, 4)};
// Channels in vectors of four, and in blocks of a workgroup.
${sizes.declaration}
${epilogue.declarations}
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
${weightsCode(image)}
  ${epilogue.channelLoads('channel', 'all')}
${sums.declarations}
  let last_output = min(first_row + ${tileRows}u, sizes.output_rows) - 1u;
  for (var i = 0u; i < (last_output - first_row) * ${down.stride}u + ${down.kernel}u; i += 1u) {
    let step = i / ${down.stride}u;
    let row = first_row * ${down.stride}u + i - sizes.top;
    let x_row = (image * sizes.rows + min(row, sizes.rows - 1u)) * sizes.columns * sizes.channels;
${unroll(columnsUnder, (j) => `    let x_${j} = select(vec4<f32>(), vec4<f32>(x[x_row + x_at_${j}]), row < sizes.rows && column_${j} < sizes.columns);`)}
${unroll(down.stride, (phase) => `    ${inPhase(phase)}{${sums.phase(phase)}\n    }`)}
  }
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
