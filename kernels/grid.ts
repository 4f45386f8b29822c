/** Grids of workgroups for a plain count of work items. */

/** The most workgroups that WebGPU dispatches in one dimension by default. */
export const mostWorkgroups = 65_535;

/** Workgroups in two dimensions for a count, and how WGSL numbers them. */
export interface Grid {
  /** What to dispatch. At least as many as asked for: a shader leaves early where its number is beyond the count. */
  readonly workgroups: readonly [number, number, 1];
  /** Invocations in one row of the grid: `invocation.y * rowLength + invocation.x` numbers them through. */
  readonly rowLength: number;
}

/**
 * The grid for a count of workgroups, folded into rows where one dimension is too small.
 *
 * @param count workgroups needed, at least 1
 * @param workgroupSize invocations in each, along x
 */
export function gridOfWorkgroups(count: number, workgroupSize = 1): Grid {
  const rows = Math.ceil(count / mostWorkgroups);
  const columns = Math.ceil(count / rows);
  return { workgroups: [columns, rows, 1], rowLength: columns * workgroupSize };
}

/** The grid for a count of invocations in workgroups of `[workgroupSize, 1, 1]`. */
export function gridOfInvocations(count: number, workgroupSize: number): Grid {
  return gridOfWorkgroups(Math.ceil(count / workgroupSize), workgroupSize);
}
