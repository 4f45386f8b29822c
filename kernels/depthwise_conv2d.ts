/**
 * Depthwise convolution: each channel by itself, NHWC, `y[b, i, j, c] = Σ_{u, v} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c]`, zeros outside.
 *
 * Shapes: x `[B, H, W, C]`, w `[kh, kw, C]` → y `[B, H', W', C]`, then the epilogue.
 *
 * Source: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications"
 * (arXiv 1704.04861), equation 3.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode, epilogueCost } from './epilogue.ts';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { arrayType, byteLength, directives, elementType, type Lanes, realType, storable } from './storage.ts';

/** Inputs: x, w, then the epilogue's operands. */
export interface DepthwiseConv2dProblem extends KernelProblem {
  /** Steps down and across. */
  readonly strides: readonly [number, number];
  readonly padding: {
    readonly top: number;
    readonly bottom: number;
    readonly left: number;
    readonly right: number;
  };
}

/** One thread computes one element, or four neighbouring channels: the straightforward version. */
function elementVariant(lanes: Lanes): KernelVariant<DepthwiseConv2dProblem> {
  return {
    name: lanes === 4 ? 'element-vec4' : 'element',
    supports: (problem, target) => problem.output.shape[3]! % lanes === 0 && storable(problem, target),
    build(problem) {
      const [batch, height, width, channels] = problem.inputs[0]!.shape as [number, number, number, number];
      const [kernelHeight, kernelWidth] = problem.inputs[1]!.shape as [number, number];
      const [, outputHeight, outputWidth] = problem.output.shape as [number, number, number];
      const [down, across] = problem.strides;
      const { top, left } = problem.padding;
      const columns = channels / lanes;
      const count = batch * outputHeight * outputWidth * columns;
      const workgroupSize = 64;
      const { workgroups, rowLength } = gridOfInvocations(count, workgroupSize);
      const { declarations, outputBinding } = epilogueCode(problem, 2, lanes);
      const real = realType(lanes);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, lanes)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!, lanes)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, lanes)};
${declarations}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${count}u) { return; }
  let column = index % ${columns}u;
  let position = index / ${columns}u;
  let j = position % ${outputWidth}u;
  let i = position / ${outputWidth}u % ${outputHeight}u;
  let b = position / ${outputWidth * outputHeight}u;
  var sum = ${real}(0.0);
  for (var u = 0u; u < ${kernelHeight}u; u++) {
    // One comparison finds both ends: below zero wraps to a huge number.
    let row = i * ${down}u + u - ${top}u;
    if (row >= ${height}u) { continue; }
    for (var v = 0u; v < ${kernelWidth}u; v++) {
      let pixelColumn = j * ${across}u + v - ${left}u;
      if (pixelColumn >= ${width}u) { continue; }
      let pixel = (b * ${height}u + row) * ${width}u + pixelColumn;
      sum += ${real}(x[pixel * ${columns}u + column]) * ${real}(w[(u * ${kernelWidth}u + v) * ${columns}u + column]);
    }
  }
  y[index] = ${elementType(problem.output.dataType, lanes)}(epilogue(sum, index, column));
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

const vector = elementVariant(4);
const scalar = elementVariant(1);

export const depthwiseConv2d: Kernel<DepthwiseConv2dProblem> = {
  name: 'depthwise_conv2d',
  formula: 'y[b, i, j, c] = Σ_{u, v} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c]',
  variants: [vector, scalar],
  defaultVariant: (problem, target) => (vector.supports(problem, target) ? vector : scalar),
  cost(problem) {
    const [kernelHeight, kernelWidth] = problem.inputs[1]!.shape as [number, number];
    const elements = problem.output.shape.reduce((product, size) => product * size, 1);
    const epilogue = epilogueCost(problem, 2);
    return {
      operations: 2 * elements * kernelHeight * kernelWidth + epilogue.operations,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!) + epilogue.bytesRead,
      bytesWritten: byteLength(problem.output),
    };
  },
};
