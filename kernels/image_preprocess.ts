/**
 * Photos to network input: a ragged batch of RGBA photos, each resized to one size and scaled to [−1, 1].
 *
 * The resampling filter is an antialiased triangle, separable, as in "Filtered Image Rescaling" (Schumacher, Graphics
 * Gems III, 1992) with the support widened where a photo shrinks. With scale s = input / output and support
 * r = max(s, 1), output i has centre c = (i + ½) · s, and input j has weight max(0, 1 − |j + ½ − c| / r), normalised.
 *
 * Shapes: pixels `uint8 [capacity, 4]`, layout `uint32 [B, 3]` (first pixel, height, width) → y `[B, H, W, 3]`;
 * 0 where a photo has no pixels. The sizes of photos are data; a wrong layout reads wrong pixels, never beyond the
 * capacity.
 *
 * Weights are whole numbers here, so that browsers cannot disagree about them. Times 2 · max(input, output) a weight is
 * `2 · max(input, output) − |(2j + 1) · output − (2i + 1) · input|`: exact in 32-bit integers while
 * 2 · input · output < 2³¹ (photos of 4,793,490 pixels a side at 224), and exact as float32 up to 2²³ a side. Sums along
 * a row are exact too while 510 · input² / output < 2²⁴ (2,714 pixels at 224). Only what follows is rounded.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { arrayType, byteLength, directives, elementCount, elementType, storable } from './storage.ts';

/**
 * One thread computes one output column in a strip of rows. Neighbouring rows share input rows where a photo shrinks:
 * longer strips sum fewer of them twice, and leave fewer threads.
 */
function stripVariant(strip: number): KernelVariant {
  return {
    name: `strip-${strip}`,
    supports: (problem, target) => problem.epilogue.length === 0 && storable(problem, target),
    build(problem) {
      const [pixels, layout] = problem.inputs;
      const [batch, height, width] = problem.output.shape as [number, number, number, number];
      const capacity = pixels!.shape[0]!;
      const strips = Math.ceil(height / strip);
      const workgroupSize = 32;
      const { workgroups, rowLength } = gridOfInvocations(batch * strips * width, workgroupSize);
      const output = elementType(problem.output.dataType, 1);
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> pixels: ${arrayType(pixels!)};
@group(0) @binding(1) var<storage, read> photos: ${arrayType(layout!)};
@group(0) @binding(2) var<storage, read_write> y: ${arrayType(problem.output)};

// The first input of an output's window, and the one behind its last.
fn window(output_index: i32, outputs: i32, inputs: i32) -> vec2<i32> {
  let centre = (2 * output_index + 1) * inputs;
  let reach = 2 * max(inputs, outputs);
  let low = centre - reach - outputs;
  let first = select(low / (2 * outputs) + 1, 0, low < 0);
  return vec2<i32>(first, min((centre + reach + outputs - 1) / (2 * outputs), inputs));
}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${batch * strips * width}u) { return; }
  let column = i32(index % ${width}u);
  let first_row = i32((index / ${width}u) % ${strips}u) * ${strip};
  let photo = index / ${width * strips}u;
  let first_pixel = photos[photo * 3u];
  // No side is longer than the capacity, so that no loop is, whatever the layout says.
  let input_width = min(photos[photo * 3u + 2u], ${capacity}u);
  let input_height = min(photos[photo * 3u + 1u], ${capacity}u / max(input_width, 1u));
  let across = i32(input_width);
  let down = i32(input_height);

  let columns = window(column, ${width}, across);
  let start = (2 * columns.x + 1) * ${width} - (2 * column + 1) * across;
  let reach_across = 2 * max(across, ${width});
  let reach_down = 2 * max(down, ${height});
  var total_across = 0.0;
  var distance = start;
  for (var j = columns.x; j < columns.y; j++) {
    total_across += f32(reach_across - abs(distance));
    distance += ${2 * width};
  }

  var sums: array<vec3<f32>, ${strip}>;
  var totals: array<f32, ${strip}>;
  let last = window(min(first_row + ${strip - 1}, ${height - 1}), ${height}, down).y;
  for (var i = window(first_row, ${height}, down).x; i < last; i++) {
    var place = first_pixel + u32(i) * input_width + u32(columns.x);
    var line = vec3<f32>(0.0);
    distance = start;
    for (var j = columns.x; j < columns.y; j++) {
      let pixel = pixels[min(place, ${capacity - 1}u)];
      let colour = vec3<f32>(vec3<u32>(pixel, pixel >> 8u, pixel >> 16u) & vec3<u32>(255u));
      line += f32(reach_across - abs(distance)) * colour;
      place += 1u;
      distance += ${2 * width};
    }
    for (var r = 0; r < ${strip}; r++) {
      let offset = (2 * i + 1) * ${height} - (2 * (first_row + r) + 1) * down;
      let weight = f32(max(reach_down - abs(offset), 0));
      sums[r] += weight * line;
      totals[r] += weight;
    }
  }

  let has_pixels = across > 0 && down > 0;
  for (var r = 0; r < ${strip}; r++) {
    let row = first_row + r;
    if (row >= ${height}) { break; }
    let mean = sums[r] / select(1.0, totals[r] * total_across, has_pixels);
    let value = select(vec3<f32>(0.0), mean * (2.0 / 255.0) - 1.0, has_pixels);
    let place = ((photo * ${height}u + u32(row)) * ${width}u + u32(column)) * 3u;
    y[place] = ${output}(value.x);
    y[place + 1u] = ${output}(value.y);
    y[place + 2u] = ${output}(value.z);
  }
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

const pixel = stripVariant(1);
const shortStrip = stripVariant(4);
const longStrip = stripVariant(8);

function outputPixels({ output }: KernelProblem): number {
  return elementCount(output.shape.slice(0, 3));
}

/** `uint8 [capacity, 4]`, `uint32 [B, 3]` → `[B, H, W, 3]`. The cost is an upper bound: sizes of photos are data. */
export const imagePreprocess: Kernel = {
  name: 'image_preprocess',
  formula: 'y[b, i, j, c] = (2 / 255) Σ_{u, v} a[i, u] · a[j, v] · p[b, u, v, c] − 1, a the triangle weights',
  variants: [pixel, shortStrip, longStrip],
  defaultVariant: (problem, target) =>
    target.software || outputPixels(problem) >= 1 << 19 ? shortStrip : pixel,
  cost(problem) {
    // Shrinking, an input pixel is in two windows along each axis; growing, a window holds two along each axis.
    const taps = 4 * (problem.inputs[0]!.shape[0]! + outputPixels(problem));
    return {
      operations: 6 * taps,
      bytesRead: problem.inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(problem.output),
    };
  },
};
