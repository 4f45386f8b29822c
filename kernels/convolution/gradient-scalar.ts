/** Gradients of both convolutions, of any sizes, as the formulas say: a thread computes one element. */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { gridOfInvocations } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, elementCount, storable } from '../storage.ts';
import { type Geometry, operandCount } from './geometry.ts';
import {
  type InputGradientProblem,
  inputGradientGeometry,
  type KernelGradientProblem,
  kernelGradientGeometry,
} from './gradient-geometry.ts';

const width = 64;

/**
 * @param tap WGSL that adds to `sum` what tap (u, v) gives an element of `channel`, from the output of number `dy_place`
 */
function inputGradientScalar(tap: (geometry: Geometry) => string): KernelVariant<InputGradientProblem> {
  return {
    name: `scalar-${width}`,
    supports: (problem, target) =>
      storable(problem, target) && target.maxComputeInvocationsPerWorkgroup >= width,
    build(problem) {
      const image = inputGradientGeometry(problem);
      const { down, across, channels } = image;
      const elements = elementCount(problem.output.shape);
      const { workgroups, rowLength } = gridOfInvocations(elements, width);
      const { declarations, outputBinding } = epilogueCode(problem, operandCount, 1);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> dy: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!)};
@group(0) @binding(${outputBinding}) var<storage, read_write> dx: ${arrayType(problem.output)};
${declarations}
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${elements}u) { return; }
  let channel = index % ${channels}u;
  let place = index / ${channels}u;
  let column = place % ${across.input}u + ${across.before}u;
  let row = place / ${across.input}u % ${down.input}u + ${down.before}u;
  let image = place / ${across.input * down.input}u;
  var sum = 0.0;
  // Of the outputs that tap (u, v) could have taken this element to, those exist whose distance is a multiple of the stride.
  for (var u = row % ${down.stride}u; u < ${down.kernel}u && u <= row; u += ${down.stride}u) {
    let dy_row = (row - u) / ${down.stride}u;
    for (var v = column % ${across.stride}u; v < ${across.kernel}u && v <= column; v += ${across.stride}u) {
      let dy_column = (column - v) / ${across.stride}u;
      if (dy_row < ${down.output}u && dy_column < ${across.output}u) {
        let dy_place = (image * ${down.output}u + dy_row) * ${across.output}u + dy_column;
${tap(image)}
      }
    }
  }
  dx[index] = epilogue(sum, index, channel);
}
`;
      return { wgsl: source, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}

export const depthwiseInputScalar = inputGradientScalar(
  ({ across, channels }) =>
    `        sum += f32(dy[dy_place * ${channels}u + channel]) * f32(w[(u * ${across.kernel}u + v) * ${channels}u + channel]);`,
);

export const directInputScalar = inputGradientScalar(
  ({
    across,
    channels,
    outputs,
  }) => `        let w_place = ((u * ${across.kernel}u + v) * ${channels}u + channel) * ${outputs}u;
        for (var o = 0u; o < ${outputs}u; o++) {
          sum += f32(dy[dy_place * ${outputs}u + o]) * f32(w[w_place + o]);
        }`,
);

/** @param depthwise whether the kernel has one output for each channel, at the same place */
function kernelGradientScalar(depthwise: boolean): KernelVariant<KernelGradientProblem> {
  return {
    name: `scalar-${width}`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= width,
    build(problem) {
      const { down, across, channels, outputs, blocks } = kernelGradientGeometry(problem);
      const elements = elementCount(problem.output.shape);
      const { workgroups, rowLength } = gridOfInvocations(elements, width);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read> dy: ${arrayType(problem.inputs[1]!)};
@group(0) @binding(2) var<storage, read_write> dw: ${arrayType(problem.output)};
@compute @workgroup_size(${width})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${elements}u) { return; }
  let output = index % ${outputs}u;
#if ${depthwise}
  let channel = output;
  let tap = index / ${outputs}u;
#else
  let channel = index / ${outputs}u % ${channels}u;
  let tap = index / ${outputs * channels}u;
#endif
  let v = tap % ${across.kernel}u;
  let u = tap / ${across.kernel}u % ${down.kernel}u;
  let part = tap / ${across.kernel * down.kernel}u;
  let image = part / ${blocks[0] * blocks[1]}u;
  let first_row = part / ${blocks[1]}u % ${blocks[0]}u * ${problem.block[0]}u;
  let first_column = part % ${blocks[1]}u * ${problem.block[1]}u;
  var total = 0.0;
  for (var row = first_row; row < min(first_row + ${problem.block[0]}u, ${down.output}u); row++) {
    let x_row = row * ${down.stride}u + u - ${down.before}u;
    var sum = 0.0;
    for (var column = first_column; column < min(first_column + ${problem.block[1]}u, ${across.output}u); column++) {
      let x_column = column * ${across.stride}u + v - ${across.before}u;
      // Before the image the unsigned position wraps to a large number.
      if (x_row < ${down.input}u && x_column < ${across.input}u) {
        let x_place = (image * ${down.input}u + x_row) * ${across.input}u + x_column;
        let dy_place = (image * ${down.output}u + row) * ${across.output}u + column;
        sum += f32(x[x_place * ${channels}u + channel]) * f32(dy[dy_place * ${outputs}u + output]);
      }
    }
    total += sum;
  }
  dw[index] = total;
}
`;
      return { wgsl: source, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}

export const depthwiseKernelScalar = kernelGradientScalar(true);
export const directKernelScalar = kernelGradientScalar(false);
