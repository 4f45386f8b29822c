/**
 * Matrix product of any sizes, element by element: for few rows (dense layers) and for sizes that no vector divides.
 *
 * A thread computes `tileRows` rows × `tileColumns` columns. Neighbouring threads have neighbouring columns, so their
 * reads of w are contiguous.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { epilogueCode } from '../epilogue.ts';
import { gridOfWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { arrayType, directives, storable } from '../storage.ts';
import { unroll } from '../unroll.ts';
import type { MatmulLayout } from './layout.ts';
import { storeTile, type TileOutput } from './output-code.ts';
import { plain } from './plain.ts';
import { type MatmulProblem, operandCount } from './sizes.ts';

/** @param width threads of a workgroup, side by side along N */
export function scalarTile(
  tileRows: number,
  tileColumns: number,
  width: number,
  layout: MatmulLayout = plain,
): KernelVariant<MatmulProblem> {
  return {
    name: `tile-${tileRows}x${tileColumns}-scalar-${width}`,
    registerTile: `${tileRows}×${tileColumns}`,
    supports: (problem, target) =>
      storable(problem, target) && target.maxComputeInvocationsPerWorkgroup >= width,
    build(problem) {
      const sizes = layout.sizes(problem);
      const { rows, inner, columns } = sizes;
      const [xRow, xInner, wInner, wColumn] = layout.strides(sizes);
      const across = Math.ceil(columns / (tileColumns * width));
      const down = Math.ceil(rows / tileRows);
      const { workgroups, rowLength } = gridOfWorkgroups(across * down);
      const exactColumns = columns % (tileColumns * width) === 0;
      const exactRows = rows % tileRows === 0;
      const epilogue = epilogueCode(problem, operandCount, 1);
      const stepsPerLoop = inner % 4 === 0 ? 4 : 1;
      const output: TileOutput = {
        rows: tileRows,
        columns: tileColumns,
        stride: width,
        output: { rows: `${rows}u`, columns: `${columns}u` },
        exactRows,
        exactColumns,
      };
      const source = wgsl`${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!)};
@group(0) @binding(1) var<storage, read> w: ${arrayType(problem.inputs[1]!)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${arrayType(problem.output)};
${epilogue.declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let tile = workgroup.y * ${rowLength}u + workgroup.x;
  if (tile >= ${across * down}u) { return; }
  let row = tile / ${across}u * ${tileRows}u;
  let column = tile % ${across}u * ${tileColumns * width}u + local.x;
${unroll(tileRows, (r) => `  let x_row_${r} = min(row + ${r}u, ${rows - 1}u) * ${xRow}u;`)}
${unroll(
  tileColumns,
  (c) => `  let column_${c} = min(column + ${c * width}u, ${columns - 1}u);
  let w_column_${c} = column_${c} * ${wColumn}u;`,
)}
${unroll(tileRows, (r) => unroll(tileColumns, (c) => `  var sum_${r}_${c} = 0.0;`))}
  for (var k = 0u; k < ${inner}u; k += ${stepsPerLoop}u) {
${unroll(
  stepsPerLoop,
  (i) => `    {
${unroll(tileRows, (r) => `      let x_${r} = f32(x[x_row_${r} + (k + ${i}u) * ${xInner}u]);`)}
      let w_row = (k + ${i}u) * ${wInner}u;
${unroll(tileColumns, (c) => `      let w_${c} = f32(w[w_row + w_column_${c}]);`)}
${unroll(tileRows, (r) => unroll(tileColumns, (c) => `      sum_${r}_${c} += x_${r} * w_${c};`))}
    }`,
)}
  }
${storeTile(output, epilogue)}
}
`;
      return { wgsl: source, workgroupSize: [width, 1, 1], workgroups };
    },
  };
}
