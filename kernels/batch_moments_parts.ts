/**
 * Mean of each channel and sum of squared distances from it, over parts of the rows: the first half of `batch_moments`.
 *
 * Each part measures from its own first row, and gives its mean as a distance from it: a mean that is far larger than the
 * deviation costs no digits. Source: Chan, Golub and LeVeque, "Algorithms for Computing the Sample Variance: Analysis and
 * Recommendations" (The American Statistician 37(3), 1983), the shifted one-pass algorithm. Where the first row itself lies
 * far away, its own distance is one of those that are summed: a part of n rows loses log₂ n bits at worst.
 *
 * Shapes: x `[…, C]` → `[P, 3, C]`: the first row of the part, the mean's distance from it, the sum of squared distances
 * from the mean. Part p is rows p · `rows` … (p + 1) · `rows` − 1.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { channelRows, eachRow } from './channel-rows.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import {
  byteLength,
  directives,
  elementCount,
  type Lanes,
  realType,
  storable,
  unsizedArrayType,
} from './storage.ts';

/** `rows`: how many of them make a part. */
export interface PartsProblem extends KernelProblem {
  readonly rows: number;
}

function variant(lanes: Lanes, together: number, width: number): KernelVariant<PartsProblem> {
  return {
    name: `${lanes === 4 ? 'vec4' : 'scalar'}-${together}-${width}`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      problem.output.shape.at(-1)! % lanes === 0 &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= width,
    build(problem) {
      const [x] = problem.inputs;
      const { sizes, start, workgroupSize, workgroups } = channelRows(x!, lanes, 2, problem.rows, width);
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(x!, lanes)};
@group(0) @binding(1) var<storage, read_write> y: ${unsizedArrayType(problem.output, lanes)};
${sizes.declaration}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
${start}
  var at = first_row * sizes.across + channel;
  let origin = ${real}(x[at]);
  var sum = ${real}();
  var squares = ${real}();
${eachRow(
  'first_row + 1u',
  together,
  `    at += sizes.across;
    let distance = ${real}(x[at]) - origin;
    sum += distance;
    squares += distance * distance;`,
)}
  let mean = sum / f32(last_row - first_row);
  let place = 3u * run * sizes.across + channel;
  y[place] = origin;
  y[place + sizes.across] = mean;
  y[place + 2u * sizes.across] = max(squares - mean * sum, ${real}());
}
`;
      return { wgsl: source, sizes: sizes.values, workgroupSize, workgroups };
    },
  };
}

/**
 * For software adapters. MobileNet v1 at batch 8 in Dawn on SwiftShader, processor time on a busy machine (two cores share it):
 * 112×112×32 17 ms, one row at a time 23; 14×14×512 3.8 and 6.0: 0.75 to 0.9 GB/s of processor time.
 */
const narrow = variant(4, 2, 8);
/** For GPUs. */
const wide = variant(4, 4, 64);
const anySize = variant(1, 1, 32);

/** `[…, C]` → `[P, 3, C]`. */
export const batchMomentsParts: Kernel<PartsProblem> = {
  name: 'batch_moments_parts',
  formula:
    'm[p, 0, c] = x[p · rows, c], m[p, 1, c] = (1 / n_p) Σ_{r in part p} x[r, c] − m[p, 0, c], m[p, 2, c] = Σ_{r in part p} (x[r, c] − m[p, 0, c] − m[p, 1, c])²',
  variants: [narrow, wide, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? narrow : wide;
    return preferred.supports(problem, target) ? preferred : anySize;
  },
  cost({ inputs, output }) {
    return {
      operations: 4 * elementCount(inputs[0]!.shape),
      bytesRead: byteLength(inputs[0]!),
      bytesWritten: byteLength(output),
    };
  },
};
