/**
 * Attention pooling: softmax of the scores within each set, fused with the weighted sum of its rows.
 *
 * Sources: Yang et al., "Neural Aggregation Network for Video Face Recognition" (CVPR 2017), equations 1 and 3; the
 * softmax in one pass: Milakov and Gimelshein, "Online normalizer calculation for softmax" (arXiv 1805.02867),
 * algorithm 3.
 *
 * Shapes: e `[N]`, x `[N, K]`, offsets `uint32 [B + 1]` → y `[B, K]`, 0 for an empty set.
 *
 * Every thread keeps the largest score so far, the sum of exponentials relative to it, and the weighted sum of its own
 * columns. A new largest score scales both down. So e and x are read once and no weight is ever stored. The first
 * row of a set gives the first maximum: no infinity is needed, and any finite scores give finite weights.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { exponentialOfDifference } from './exponential.ts';
import { gridOfInvocations } from './grid.ts';
import type { Kernel, KernelProblem, KernelVariant } from './kernel.ts';
import { setRows } from './offsets.ts';
import { arrayType, byteLength, directives, elementType, type Lanes, realType, storable } from './storage.ts';

function sizes({ inputs }: KernelProblem): { capacity: number; features: number; sets: number } {
  const [capacity, features] = inputs[1]!.shape as [number, number];
  return { capacity, features, sets: inputs[2]!.shape[0]! - 1 };
}

/**
 * @param perThread columns of `lanes` channels that one thread sums; each needs the row's exponential once only
 */
function onlineVariant(lanes: Lanes, perThread: number): KernelVariant {
  return {
    name: `online-${perThread}${lanes === 4 ? '-vec4' : ''}`,
    supports: (problem, target) =>
      problem.epilogue.length === 0 &&
      sizes(problem).features % (lanes * perThread) === 0 &&
      storable(problem, target),
    build(problem) {
      const { capacity, features, sets } = sizes(problem);
      const [e, x, offsets] = problem.inputs;
      const across = features / lanes;
      const threadsAcross = across / perThread;
      const workgroupSize = 32;
      const { workgroups, rowLength } = gridOfInvocations(sets * threadsAcross, workgroupSize);
      const real = realType(lanes);
      const output = elementType(problem.output.dataType, lanes);
      const columns = Array.from({ length: perThread }, (_, column) => column);
      // Neighbouring threads read neighbouring columns.
      const place = (column: number) => `start + ${column * threadsAcross}u`;
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> e: ${arrayType(e!)};
@group(0) @binding(1) var<storage, read> x: ${arrayType(x!, lanes)};
@group(0) @binding(2) var<storage, read> offsets: ${arrayType(offsets!)};
@group(0) @binding(3) var<storage, read_write> y: ${arrayType(problem.output, lanes)};
${setRows(capacity)}
${exponentialOfDifference()}

@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let index = invocation.y * ${rowLength}u + invocation.x;
  if (index >= ${sets * threadsAcross}u) { return; }
  let set_index = index / ${threadsAcross}u;
  let column = index % ${threadsAcross}u;
  let rows = set_rows(set_index);
  ${columns.map((c) => `var sum_${c} = ${real}(0.0);`).join('\n  ')}
  var total = 0.0;
  var largest = 0.0;
  if (rows.x < rows.y) { largest = f32(e[rows.x]); }
  for (var row = rows.x; row < rows.y; row++) {
    let score = f32(e[row]);
    let decay = exponential_of_difference(min(score, largest), max(score, largest));
    let grows = score > largest;
    let scale = select(1.0, decay, grows);
    let weight = select(decay, 1.0, grows);
    largest = max(largest, score);
    total = total * scale + weight;
    let start = row * ${across}u + column;
    ${columns.map((c) => `sum_${c} = sum_${c} * scale + weight * ${real}(x[${place(c)}]);`).join('\n    ')}
  }
  // The largest score contributes 1, so only an empty set has a total below 1.
  let share = 1.0 / max(total, 1.0);
  let start = set_index * ${across}u + column;
  ${columns.map((c) => `y[${place(c)}] = ${output}(sum_${c} * share);`).join('\n  ')}
}
`;
      return { wgsl: source, workgroupSize: [workgroupSize, 1, 1], workgroups };
    },
  };
}

const widest = onlineVariant(4, 4);
const vector = onlineVariant(4, 1);
const scalar = onlineVariant(1, 1);

/** `[N]`, `[N, K]`, `[B + 1]` → `[B, K]`. The cost is that of a full capacity: counts are data. */
export const attentionPool: Kernel = {
  name: 'attention_pool',
  formula: 'y[b, k] = Σ_{m in set b} exp(e[m]) · x[m, k] / Σ_{m in set b} exp(e[m])',
  variants: [widest, vector, scalar],
  defaultVariant(problem, target) {
    const preferred = target.software ? [widest, vector] : [vector];
    return preferred.find((variant) => variant.supports(problem, target)) ?? scalar;
  },
  cost(problem) {
    const { capacity, features, sets } = sizes(problem);
    return {
      // A multiply-add an element of x, exponential and sum a row, a division an output.
      operations: 2 * capacity * features + 5 * capacity + sets * features,
      bytesRead: problem.inputs.reduce((bytes, operand) => bytes + byteLength(operand), 0),
      bytesWritten: byteLength(problem.output),
    };
  },
};
