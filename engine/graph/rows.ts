/** Rows of a table, picked by their numbers, and distances between rows. */
import type { RowDistanceProblem } from '../../kernels/row_distance.ts';
import { ShapeError } from '../errors.ts';
import { requireRank, shapesDisagree } from './check.ts';
import { describe, type OperationKind, type Value, value } from './value.ts';

/** How far two rows are apart: `euclidean` √Σ (a − b)², `manhattan` Σ |a − b| (L1). */
export type DistanceMetric = RowDistanceProblem['metric'];

function requireIndices(kind: OperationKind, indices: Value): void {
  if (indices.dataType !== 'uint32' || indices.shape.length !== 1) {
    throw new ShapeError(`${kind}: indices must be uint32 [M], but they are ${describe(indices)}.`);
  }
}

/**
 * `y[m] = table[indices[m]]`.
 *
 * @param table `[N, K]`
 * @param indices `uint32 [M]`, each below N; a run refuses others
 * @returns `[M, K]`
 */
export function gather(table: Value, indices: Value): Value {
  requireRank('gather', 'the table', table, 2);
  requireIndices('gather', indices);
  return value({ kind: 'gather' }, [table, indices], [indices.shape[0]!, table.shape[1]!]);
}

/**
 * The gradient of `gather`: `y[n] = Σ dy[m]` over all m with `indices[m] = n`, in their order: the same bits in every run.
 *
 * @param dy `[M, K]`
 * @param indices `uint32 [M]`, each below N
 * @param rows N
 * @returns `[N, K]`; 0 in rows that no index names
 */
export function scatterAdd(dy: Value, indices: Value, rows: number): Value {
  requireRank('scatter_add', 'dy', dy, 2);
  requireIndices('scatter_add', indices);
  if (dy.shape[0] !== indices.shape[0]) {
    shapesDisagree('scatter_add', 'dy needs one row for each index', dy, indices);
  }
  if (!Number.isInteger(rows) || rows < 1) {
    throw new ShapeError(`scatter_add: the table must have a positive number of rows, not ${rows}.`);
  }
  return value({ kind: 'scatter_add' }, [dy, indices], [rows, dy.shape[1]!]);
}

function requireRows(kind: OperationKind, a: Value, b: Value): void {
  requireRank(kind, 'a', a, 2);
  requireRank(kind, 'b', b, 2);
  if (`${a.shape}` !== `${b.shape}`) shapesDisagree(kind, 'a and b must have the same shape', a, b);
}

/**
 * The distance of each row of a from the same row of b.
 *
 * @param a `[N, K]`
 * @param b `[N, K]`
 * @returns `[N]`
 */
export function rowDistance(
  a: Value,
  b: Value,
  { metric = 'euclidean' }: { readonly metric?: DistanceMetric } = {},
): Value {
  requireRows('row_distance', a, b);
  if (metric !== 'euclidean' && metric !== 'manhattan') {
    throw new ShapeError(
      `row_distance: there is no metric '${metric}'; there are 'euclidean' and 'manhattan'.`,
    );
  }
  return value({ kind: 'row_distance', metric }, [a, b], [a.shape[0]!]);
}

/**
 * The gradient of `rowDistance` with respect to a; with respect to b it is the negative. Euclidean: `dd (a − b) / d`, and 0
 * where the distance is 0, which has no derivative there; manhattan: `dd sign(a − b)`, with sign(0) = 0.
 *
 * @param a `[N, K]`
 * @param b `[N, K]`
 * @param d `[N]`, the distances
 * @param dd `[N]`
 * @returns `[N, K]`
 */
export function rowDistanceGradient(
  a: Value,
  b: Value,
  d: Value,
  dd: Value,
  { metric }: { readonly metric: DistanceMetric },
): Value {
  requireRows('row_distance_gradient', a, b);
  for (const [name, operand] of [
    ['d', d],
    ['dd', dd],
  ] as const) {
    requireRank('row_distance_gradient', name, operand, 1);
    if (operand.shape[0] !== a.shape[0]) {
      shapesDisagree('row_distance_gradient', `${name} needs one number for each row`, operand, a);
    }
  }
  return value({ kind: 'row_distance_gradient', metric }, [a, b, d, dd], a.shape);
}
