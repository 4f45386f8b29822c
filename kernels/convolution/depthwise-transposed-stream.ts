/**
 * Gradient of a depthwise convolution by its x, as a stream: a thread owns four channels of a few columns of dx, goes
 * down the rows of dy, and adds each row to all rows of dx that it reached in the forward direction. A row of dy is
 * loaded once, the kernel once; nothing is added in memory, so there are no atomics and the order is fixed.
 *
 * Rows of dx come in groups of `stride`: row i belongs to group n and phase p with i + top = n · stride + p. Row d of dy
 * gives group d + a (its age a ≥ 0) the kernel row u = a · stride + p. After row d, group d has all it gets. Columns
 * likewise, without the stream: column phase q takes v = q + a · stride from the a-th column of dy before its own.
 *
 * The shader knows stride and kernel, but no other size, so that the layers of a model share two pipelines. Its sums are
 * scalars for the reason in `../quad.ts`, and they move up to the one place in the text that stores.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { sizesCode } from '../sizes.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
import { components, unroll } from '../unroll.ts';
import type { TileThreads } from './depthwise-tile.ts';
import { type Axis, type Geometry, operandCount } from './geometry.ts';
import { type InputGradientProblem, inputGradientGeometry } from './gradient-geometry.ts';

/** The longest unrolled kernel, in multiply-adds of a vector. */
const longestTile = 128;
/** The most elements of dx in a tile of groups: SwiftShader compiles 36 for minutes. */
const mostStored = 16;

/** Groups of `stride` elements along an axis of dx: the first, and how many there are. */
export function groupsAlong({ input, stride, before }: Axis): { first: number; count: number } {
  const first = Math.floor(before / stride);
  return { first, count: Math.floor((before + input - 1) / stride) - first + 1 };
}

/** How many elements of dy before its own a group needs. */
export function eldest({ kernel, stride }: Axis): number {
  return Math.floor((kernel - 1) / stride);
}

/** What a thread computes, in groups, and the threads of a workgroup. */
export interface TransposedTile {
  /** Groups of columns. */
  readonly columns: number;
  /** Groups of rows that a thread goes down before it ends. */
  readonly rows: number;
  readonly threads: TileThreads;
}

function grid({ batch, down, across, channels }: Geometry, { columns, rows, threads }: TransposedTile) {
  const blocks = Math.ceil(channels / 4 / threads.channels);
  const tiles = Math.ceil(groupsAlong(across).count / columns / threads.columns);
  const workgroups = [blocks * tiles, Math.ceil(groupsAlong(down).count / rows), batch] as const;
  return { blocks, workgroups };
}

/** WGSL of the sums of the groups that are not complete, `sum_${age}_${phase}_${column}_${component}`. */
function sumsCode({ down, across }: Geometry, groupColumns: number) {
  const oldest = eldest(down);
  const columns = groupColumns * across.stride;
  const sum = (age: number, phase: number, column: number, component: string) =>
    `sum_${age}_${phase}_${column}_${component}`;
  const ofRow = (piece: (column: number, component: string) => string) =>
    unroll(columns, (column) => components.map((component) => piece(column, component)).join(' '));
  const ofAll = (piece: (age: number, phase: number, column: number, component: string) => string) =>
    unroll(oldest + 1, (age) =>
      unroll(down.stride, (phase) =>
        age * down.stride + phase < Math.max(down.kernel, down.stride)
          ? ofRow((column, component) => piece(age, phase, column, component))
          : '',
      ),
    );
  const products = (u: number, column: number, component: string): string[] => {
    const phase = column % across.stride;
    const found: string[] = [];
    for (let v = phase; v < across.kernel; v += across.stride) {
      const at = Math.floor(column / across.stride) - (v - phase) / across.stride + eldest(across);
      found.push(`dy_${at}.${component} * w_${u}_${v}.${component}`);
    }
    return found;
  };
  return {
    columns,
    declarations: ofAll((...which) => `  var ${sum(...which)} = 0.0;`),
    /** Adds the row of dy that was loaded. */
    add: ofAll((age, phase, column, component) => {
      const u = age * down.stride + phase;
      const added = u < down.kernel ? products(u, column, component) : [];
      const name = sum(age, phase, column, component);
      return added.length > 0 ? `    ${name} = ${name} + ${added.join(' + ')};\n` : '';
    }),
    /** The group of age 0 is done. Its elements are stored in the order of rows and columns; each time the others move up. */
    first: `vec4<f32>(${components.map((component) => sum(0, 0, 0, component)).join(', ')})`,
    moveUp: unroll(down.stride * columns - 1, (at) =>
      components
        .map((component) => {
          const place = (k: number) => sum(0, Math.floor(k / columns), k % columns, component);
          return `        ${place(at)} = ${place(at + 1)};`;
        })
        .join(' '),
    ),
    /** All other groups take a step towards age 0. */
    advance: ofAll((age, phase, column, component) => {
      const follows = (age + 1) * down.stride + phase < down.kernel;
      return `    ${sum(age, phase, column, component)} = ${follows ? sum(age + 1, phase, column, component) : '0.0'};`;
    }),
  };
}

/** Needs C divisible by 4. */
export function depthwiseTransposedStream(tile: TransposedTile): KernelVariant<InputGradientProblem> {
  const { threads } = tile;
  return {
    name: `stream-${tile.columns}-vec4-${threads.channels}x${threads.columns}`,
    registerTile: `${tile.columns} groups of vec4 a row`,
    supports(problem, target) {
      const sizes = inputGradientGeometry(problem);
      const { down, across, channels } = sizes;
      return (
        channels % 4 === 0 &&
        tile.columns * Math.max(down.kernel, down.stride) * Math.max(across.kernel, across.stride) <=
          longestTile &&
        tile.columns * across.stride * down.stride <= mostStored &&
        storable(problem, target) &&
        target.maxComputeInvocationsPerWorkgroup >= threads.channels * threads.columns &&
        grid(sizes, tile).workgroups.every((count) => count <= mostWorkgroups)
      );
    },
    build(problem) {
      const image = inputGradientGeometry(problem);
      const { down, across, channels } = image;
      const { blocks, workgroups } = grid(image, tile);
      const epilogue = epilogueCode(problem, operandCount, 4, unsizedArrayType);
      const [rowGroups, columnGroups] = [groupsAlong(down), groupsAlong(across)];
      const sizes = sizesCode(epilogue.outputBinding + 1, {
        rows: down.input,
        columns: across.input,
        dy_rows: down.output,
        dy_columns: across.output,
        channels: channels / 4,
        blocks,
        top: down.before,
        left: across.before,
        first_row_group: rowGroups.first,
        row_groups: rowGroups.count,
        first_column_group: columnGroups.first,
      });
      const sums = sumsCode(image, tile.columns);
      const [ages, columnsBefore] = [eldest(down), eldest(across)];
      const columnsUnder = tile.columns + columnsBefore;
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> dy: ${unsizedArrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, 4)};
// Channels in vectors of four, and in blocks of a workgroup.
${sizes.declaration}
${epilogue.declarations}
@compute @workgroup_size(${threads.channels}, ${threads.columns})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let image = workgroup.z;
  let first_group = workgroup.y * ${tile.rows}u;
  let tile = workgroup.x / sizes.blocks * ${threads.columns}u + local.y;
  let channel = workgroup.x % sizes.blocks * ${threads.channels}u + local.x;
  let column_group = sizes.first_column_group + tile * ${tile.columns}u;
  // Numbers before the first row or column wrap around, beyond the last.
  let first_column = column_group * ${across.stride}u - sizes.left;
#if ${threads.columns > 1}
  if (channel >= sizes.channels || (first_column >= sizes.columns && first_column < 0x80000000u)) { return; }
#else
  if (channel >= sizes.channels) { return; }
#endif
${unroll(
  columnsUnder,
  (k) => `  let column_${k} = column_group + ${k}u - ${columnsBefore}u;
  let dy_at_${k} = min(column_${k}, sizes.dy_columns - 1u) * sizes.channels + channel;`,
)}
${unroll(down.kernel, (u) => unroll(across.kernel, (v) => `  let w_${u}_${v} = vec4<f32>(w[${u * across.kernel + v}u * sizes.channels + channel]);`))}
  ${epilogue.channelLoads('channel', 'all')}
${sums.declarations}
  let groups = min(${tile.rows}u, sizes.row_groups - first_group);
  for (var i = 0u; i < groups + ${ages}u; i += 1u) {
    let group = sizes.first_row_group + first_group + i - ${ages}u;
    let dy_row = (image * sizes.dy_rows + min(group, sizes.dy_rows - 1u)) * sizes.dy_columns * sizes.channels;
${unroll(columnsUnder, (k) => `    let dy_${k} = select(vec4<f32>(), vec4<f32>(dy[dy_row + dy_at_${k}]), group < sizes.dy_rows && column_${k} < sizes.dy_columns);`)}
${sums.add}
    if (i >= ${ages}u) {
      for (var k = 0u; k < ${down.stride * sums.columns}u; k += 1u) {
        let row = group * ${down.stride}u + k / ${sums.columns}u - sizes.top;
        let column = first_column + k % ${sums.columns}u;
        if (row < sizes.rows && column < sizes.columns) {
          let index = ((image * sizes.rows + row) * sizes.columns + column) * sizes.channels + channel;
          y[index] = ${epilogue.apply(sums.first, 'index', 'all')};
        }
${sums.moveUp}
      }
    }
${sums.advance}
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
