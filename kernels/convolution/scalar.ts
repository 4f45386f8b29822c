/** Both convolutions, of any sizes, as the formula says: a thread computes one output element. */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { gridOfInvocations } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, storable } from '../storage.ts';
import { type ConvolutionProblem, type Geometry, geometry, operandCount } from './geometry.ts';

/**
 * @param tap WGSL that adds to `sum` what tap (u, v) of the kernel gives an output of `channel`, from the pixel of
 *   number `x_place`
 */
function scalar(tap: (geometry: Geometry) => string): KernelVariant<ConvolutionProblem> {
  const width = 64;
  return {
    name: `scalar-${width}`,
    supports: (problem, target) =>
      storable(problem, target) && target.maxComputeInvocationsPerWorkgroup >= width,
    build(problem) {
      const image = geometry(problem);
      const { batch, down, across, outputs } = image;
      const elements = batch * down.output * across.output * outputs;
      const { workgroups, rowLength } = gridOfInvocations(elements, width);
      const { declarations, outputBinding } = epilogueCode(problem, operandCount, 1);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output)};
${declarations}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${elements}u) { return; }
  let channel = index % ${outputs}u;
  let place = index / ${outputs}u;
  let column = place % ${across.output}u;
  let row = place / ${across.output}u % ${down.output}u;
  let image = place / ${across.output * down.output}u;
  var sum = 0.0;
  for (var u = 0u; u < ${down.kernel}u; u++) {
    let x_row = row * ${down.stride}u + u - ${down.before}u;
    for (var v = 0u; v < ${across.kernel}u; v++) {
      let x_column = column * ${across.stride}u + v - ${across.before}u;
      // Before the image the unsigned position wraps to a large number.
      if (x_row < ${down.input}u && x_column < ${across.input}u) {
        let x_place = (image * ${down.input}u + x_row) * ${across.input}u + x_column;
${tap(image)}
      }
    }
  }
  y[index] = epilogue(sum, index, channel);
}
`;
      return { wgsl: source, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}

export const depthwiseScalar = scalar(
  ({ across, channels }) =>
    `        sum += f32(x[x_place * ${channels}u + channel]) * f32(w[(u * ${across.kernel}u + v) * ${channels}u + channel]);`,
);

export const directScalar = scalar(
  ({
    across,
    channels,
    outputs,
  }) => `        let w_place = (u * ${across.kernel}u + v) * ${channels * outputs}u + channel;
        for (var c = 0u; c < ${channels}u; c++) {
          sum += f32(x[x_place * ${channels}u + c]) * f32(w[w_place + c * ${outputs}u]);
        }`,
);
