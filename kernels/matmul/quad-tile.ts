/**
 * Matrix product whose threads lend each other what they read, four by four, and whose shader knows no sizes.
 *
 * The four threads of a quad compute the same `tileRows` rows and neighbouring columns, `tileVectors` vectors of four
 * each. Of rows 4i … 4i + 3, thread q reads four elements of row 4i + q and gets the others by quad swaps: its j-th
 * row of the four is 4i + (q ⊕ j), which is what `quadSwapX`, `quadSwapY` and `quadSwapDiagonal` bring for j = 1, 2,
 * 3. So no element of x or w is read twice in a quad, and there is no barrier. All threads of a workgroup work on the
 * same rows, so it does not matter which of them form a quad.
 *
 * It is written for SwiftShader, which compiles what it is given, operation by operation:
 * - Sums are scalars that take four products at a time. Vectors would be spilled to memory after every operation.
 * - One place in the text stores rows, and the sums move up to it four at a time. Each load or store in the text costs a
 *   millisecond and more to compile, moving registers next to nothing.
 * - Sizes are read at run time, so that all matrix products of a model share one pipeline.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { sizesCode } from '../sizes.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
import { unroll } from '../unroll.ts';
import { type MatmulProblem, matmulSizes, operandCount } from './sizes.ts';

const components = ['x', 'y', 'z', 'w'] as const;
const swaps = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'];
/** Threads of a workgroup, side by side along N. */
const width = 4;

/**
 * Needs the feature `subgroups`, K and N divisible by 4.
 *
 * @param tileRows divisible by 4
 */
export function quadTile(tileRows: number, tileVectors: number): KernelVariant<MatmulProblem> {
  const grid = (problem: MatmulProblem): [number, number, number] => {
    const { rows, columns } = matmulSizes(problem);
    return [Math.ceil(columns / (4 * width * tileVectors)), Math.ceil(rows / tileRows), 1];
  };
  return {
    name: `quad-${tileRows}x${tileVectors}-vec4`,
    registerTile: `${tileRows}×${tileVectors} vec4`,
    supports(problem, target) {
      const { inner, columns } = matmulSizes(problem);
      return (
        inner % 4 === 0 &&
        columns % 4 === 0 &&
        target.features.has('subgroups') &&
        storable(problem, target) &&
        grid(problem).every((count) => count <= mostWorkgroups)
      );
    },
    build(problem) {
      const { rows, inner, columns } = matmulSizes(problem);
      const { declarations, outputBinding, channelLoads, apply } = epilogueCode(
        problem,
        operandCount,
        4,
        unsizedArrayType,
      );
      const sizes = sizesCode(outputBinding + 1, { rows, inner: inner / 4, columns: columns / 4 });
      const groups = tileRows / 4;
      const sum = (i: number, j: number, c: number, component: string) => `sum_${i}_${j}_${c}_${component}`;
      const everySum = (piece: (i: number, j: number, c: number, component: string) => string, from = 0) =>
        unroll(groups - from, (i) =>
          unroll(4, (j) =>
            unroll(tileVectors, (c) => components.map((component) => piece(i, j, c, component)).join(' ')),
          ),
        );
      const products = (c: number, component: string) =>
        components.map((k, index) => `x_j.${k} * w_${index}_${c}.${component}`).join(' + ');
      const source = wgsl`enable subgroups;
${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, 4)};
// In vectors of four, but for the rows.
${sizes.declaration}
${declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
  @builtin(subgroup_invocation_id) lane: u32,
) {
  let first_row = workgroup.y * ${tileRows}u;
  let column = workgroup.x * ${tileVectors * width}u + local.x;
  let q = lane & 3u;
  let columns = sizes.columns;
  let inner = sizes.inner;
${unroll(tileVectors, (c) => `  let column_${c} = min(column + ${c * width}u, columns - 1u);`)}
${unroll(groups, (i) => `  let x_row_${i} = min(first_row + ${4 * i}u + q, sizes.rows - 1u) * inner;`)}
${everySum((...which) => `  var ${sum(...which)} = 0.0;`)}
  for (var k = 0u; k < inner; k += 1u) {
${unroll(groups, (i) => `    let x_${i} = vec4<f32>(x[x_row_${i} + k]);`)}
${unroll(4, (row) =>
  unroll(
    tileVectors,
    (c) => `    let w_${row}_${c} = vec4<f32>(w[(4u * k + ${row}u) * columns + column_${c}]);`,
  ),
)}
${unroll(groups, (i) =>
  unroll(
    4,
    (j) => `    {
      let x_j = ${swaps[j]}(x_${i});
${unroll(tileVectors, (c) =>
  components
    .map(
      (component) =>
        `      ${sum(i, j, c, component)} = ${sum(i, j, c, component)} + ${products(c, component)};`,
    )
    .join('\n'),
)}
    }`,
  ),
)}
  }
${unroll(tileVectors, (c) => `  ${channelLoads(`column_${c}`, c)}`)}
  for (var i = 0u; i < ${tileRows}u; i += 4u) {
    for (var j = 0u; j < 4u; j += 1u) {
      let row = first_row + i + (q ^ j);
${unroll(
  tileVectors,
  (c) => `      if (row < sizes.rows && column + ${c * width}u < columns) {
        let index = row * columns + column_${c};
        y[index] = ${apply(`vec4<f32>(${components.map((component) => sum(0, 0, c, component)).join(', ')})`, 'index', c)};
      }
${unroll(3, (j) => components.map((component) => `      ${sum(0, j, c, component)} = ${sum(0, j + 1, c, component)};`).join(' '))}`,
)}
    }
${everySum((i, j, c, component) => `    ${sum(i, j, c, component)} = ${sum(i + 1, j, c, component)};`, 1)}
  }
}
`;
      return {
        wgsl: source,
        sizes: sizes.values,
        workgroupSize: [width, 1, 1],
        workgroups: grid(problem),
      };
    },
  };
}
