/**
 * What the matrix products in tiles of vectors have around their formula: sizes that they read when they run, so that all
 * products of a model share one pipeline, and a workgroup for each tile.
 */
import { wgsl } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { type EpilogueCode, epilogueCode } from '../epilogue.ts';
import { mostWorkgroups } from '../grid.ts';
import type { KernelVariant } from '../kernel.ts';
import { sizesCode } from '../sizes.ts';
import { directives, storable, unsizedArrayType } from '../storage.ts';
import { type MatmulLayout, takesVectors } from './layout.ts';
import { type MatmulProblem, operandCount } from './sizes.ts';

export interface VectorTile {
  readonly name: string;
  /** Of a thread. */
  readonly rows: number;
  /** Vectors of four columns of a thread, `width` vectors apart. */
  readonly vectors: number;
  /** Threads of a workgroup, side by side along N. */
  readonly width: number;
  /** Whether it needs the feature `subgroups`. */
  readonly subgroups: boolean;
}

/**
 * Needs what its layout needs of the sizes.
 *
 * @param body of `main`, with `x`, `w`, `y`, `sizes.rows`, `sizes.inner` as its layout counts it, in vectors of four `sizes.columns`,
 *   `workgroup` and `local` in scope, and `lane` where there are subgroups
 */
export function vectorTile(
  { name, rows, vectors, width, subgroups }: VectorTile,
  layout: MatmulLayout,
  body: (epilogue: EpilogueCode) => string,
): KernelVariant<MatmulProblem> {
  const grid = (problem: MatmulProblem): [number, number, number] => {
    const sizes = layout.sizes(problem);
    return [Math.ceil(sizes.columns / (4 * width * vectors)), Math.ceil(sizes.rows / rows), 1];
  };
  return {
    name,
    registerTile: `${rows}×${vectors} vec4`,
    supports: (problem, target) =>
      takesVectors(layout, problem) &&
      (!subgroups || target.features.has('subgroups')) &&
      storable(problem, target) &&
      target.maxComputeInvocationsPerWorkgroup >= width &&
      grid(problem).every((count) => count <= mostWorkgroups),
    build(problem) {
      const { rows, inner, columns } = layout.sizes(problem);
      const epilogue = epilogueCode(problem, operandCount, 4, unsizedArrayType);
      const sizes = sizesCode(epilogue.outputBinding + 1, {
        rows,
        inner: layout.vectorsAlongInner ? inner / 4 : inner,
        columns: columns / 4,
      });
      const source = wgsl`${subgroups ? 'enable subgroups;' : ''}
${directives(problem)}
@group(0) @binding(0) var<storage, read> x: ${unsizedArrayType(problem.inputs[0]!, 4)};
@group(0) @binding(1) var<storage, read> w: ${unsizedArrayType(problem.inputs[1]!, 4)};
@group(0) @binding(${epilogue.outputBinding}) var<storage, read_write> y: ${unsizedArrayType(problem.output, 4)};
// Columns in vectors of four.
${sizes.declaration}
${epilogue.declarations}
@compute @workgroup_size(${width})
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
${subgroups ? '  @builtin(subgroup_invocation_id) lane: u32,' : ''}
) {
${body(epilogue)}
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
