/**
 * Gradient of global average pooling: every place of an image gets the same share.
 *
 * Source: the transpose of Lin, Chen and Yan, "Network In Network" (arXiv 1312.4400), section 3.2.
 *
 * Shapes: dy `[B, C]` → dx `[B, H, W, C]`. An activation's gradient fits into the epilogue.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode, epilogueCost } from './epilogue.ts';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { sizesCode } from './sizes.ts';
import {
  byteLength,
  directives,
  elementCount,
  type Lanes,
  realType,
  storable,
  unsizedArrayType,
} from './storage.ts';

const operandCount = 1;
const workgroupSize = 32;

/** @param rowsTogether a thread writes a row of the image, else one element: more threads */
function variant(lanes: Lanes, rowsTogether: boolean): KernelVariant {
  return {
    name: `${rowsTogether ? 'row' : 'place'}${lanes === 4 ? '-vec4' : ''}`,
    supports: (problem, target) => problem.output.shape[3]! % lanes === 0 && storable(problem, target),
    build(problem) {
      const [, height, width, channels] = problem.output.shape as [number, number, number, number];
      const places = rowsTogether ? width : 1;
      const across = channels / lanes;
      const threads = elementCount(problem.output.shape) / lanes / places;
      const { workgroups, rowLength } = gridOfInvocations(threads, workgroupSize);
      const epilogue = epilogueCode(problem, operandCount, lanes, unsizedArrayType);
      const real = realType(lanes);
      const sizes = sizesCode(epilogue.outputBinding + 1, {
        across,
        places,
        threads_of_image: (height * width * across) / places,
        pixels: height * width,
        threads,
        row_length: rowLength,
      });
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> dy: ${unsizedArrayType(problem.inputs[0]!, lanes)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> dx: ${unsizedArrayType(problem.output, lanes)};
${sizes.declaration}
${epilogue.declarations}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let number = invocation.y * sizes.row_length + invocation.x;
  if (number >= sizes.threads) { return; }
  let channel = number % sizes.across;
  let share = ${real}(dy[number / sizes.threads_of_image * sizes.across + channel]) / f32(sizes.pixels);
  ${epilogue.channelLoads('channel', 'all')}
  var index = number / sizes.across * sizes.places * sizes.across + channel;
  for (var place = 0u; place < sizes.places; place += 1u) {
    dx[index] = ${epilogue.apply('share', 'index', 'all')};
    index += sizes.across;
  }
}
`;
      return { wgsl: source, sizes: sizes.values, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

const row = variant(4, true);
const place = variant(4, false);
const anySize = variant(1, false);

/** `[B, C]` → `[B, H, W, C]`. */
export const globalAveragePoolGradient: Kernel = {
  name: 'global_average_pool_gradient',
  formula: 'dx[b, i, j, c] = dy[b, c] / HW',
  variants: [row, place, anySize],
  defaultVariant(problem, target) {
    const preferred = target.software ? row : place;
    return preferred.supports(problem, target) ? preferred : anySize;
  },
  cost(problem: KernelProblem) {
    const after = epilogueCost(problem, operandCount);
    return {
      operations: elementCount(problem.inputs[0]!.shape) + after.operations,
      bytesRead: byteLength(problem.inputs[0]!) + after.bytesRead,
      bytesWritten: byteLength(problem.output),
    };
  },
};
