/**
 * What kernels share that go over all rows of `[…, C]`, each channel with constants of its own: a thread owns one vector
 * of channels and goes down a run of neighbouring rows, so it loads the constants once. Neighbouring threads have
 * neighbouring channels. Sizes are read at run time: one pipeline serves all layers of a model.
 */
import { gridOfInvocations } from './grid.ts';
import type { TensorSpecification } from './kernel.ts';
import { type SizesCode, sizesCode } from './sizes.ts';
import { elementCount, type Lanes } from './storage.ts';
import { unroll } from './unroll.ts';

/** All leading sizes together, and the last. */
export function rowsAndChannels({ shape }: TensorSpecification): { rows: number; channels: number } {
  const channels = shape.at(-1)!;
  return { rows: elementCount(shape) / channels, channels };
}

/** The way of a thread down its rows. */
export interface ChannelRows {
  readonly sizes: SizesCode;
  /** WGSL: the thread's `channel`, its number of the `run`, `first_row` and `last_row`, which is not its own any more. */
  readonly start: string;
  readonly workgroupSize: readonly [number, number, number];
  readonly workgroups: readonly [number, number, number];
}

/**
 * WGSL of the loop over the rows of a thread.
 *
 * @param first WGSL of the first of them
 * @param together rows at a time, as far as there are so many: loads of several are then on their way at once
 * @param body what is done for one row
 */
export function eachRow(first: string, together: number, body: string): string {
  const several = unroll(together, () => `    {\n${body}\n    }`);
  return `  var row = ${first};
  for (; row + ${together}u <= last_row; row += ${together}u) {
${several}
  }
  for (; row < last_row; row += 1u) {
${body}
  }`;
}

/**
 * In WGSL, `sizes.across` is the number of channels in units of `lanes`; `invocation` must be in scope.
 *
 * @param x `[…, C]`
 * @param binding of the sizes
 * @param rowsOfThread how many rows make a run
 */
export function channelRows(
  x: TensorSpecification,
  lanes: Lanes,
  binding: number,
  rowsOfThread: number,
  width: number,
): ChannelRows {
  const { rows, channels } = rowsAndChannels(x);
  const across = channels / lanes;
  const threads = Math.ceil(rows / rowsOfThread) * across;
  const { workgroups, rowLength } = gridOfInvocations(threads, width);
  const sizes = sizesCode(binding, {
    rows,
    across,
    run_length: rowsOfThread,
    threads,
    row_length: rowLength,
  });
  return {
    sizes,
    start: `  let number = invocation.y * sizes.row_length + invocation.x;
  if (number >= sizes.threads) { return; }
  let channel = number % sizes.across;
  let run = number / sizes.across;
  let first_row = run * sizes.run_length;
  let last_row = min(first_row + sizes.run_length, sizes.rows);`,
    workgroupSize: [width, 1, 1],
    workgroups,
  };
}
