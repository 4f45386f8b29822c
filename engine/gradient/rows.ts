/** Differentiation rules of rows picked from a table, and of distances between rows. */
import { gather, rowDistanceGradient, scatterAdd } from '../graph/rows.ts';
import { scale } from '../graph/sums.ts';
import type { Operation } from '../graph/value.ts';
import type { GradientRule } from './rule.ts';

export const gatherRule: GradientRule = ({ inputs: [table, indices], dy }) => [
  scatterAdd(dy, indices!, table!.shape[0]!),
  undefined,
];

export const scatterAddRule: GradientRule = ({ inputs, dy }) => [gather(dy, inputs[1]!), undefined];

export const rowDistanceRule: GradientRule = ({ operation, inputs: [a, b], output, dy, needed }) => {
  const options = operation as Extract<Operation, { readonly kind: 'row_distance' }>;
  const da = rowDistanceGradient(a!, b!, output, dy, options);
  return [needed[0] ? da : undefined, needed[1] ? scale(da, -1) : undefined];
};
