/** Rule of batch normalisation. */
import { batchNormalizeGradient, batchNormalizeSums } from '../graph/batch-normalization.ts';
import { row } from '../graph/row.ts';
import type { Operation, Value } from '../graph/value.ts';
import type { GradientRule } from './rule.ts';

/**
 * Moments that come from `batchMoments` are those of x: the gradient by x goes through them, and they get none of their
 * own. All other moments are constants.
 */
export const batchNormalizeRule: GradientRule = ({ operation, inputs, dy, needed }) => {
  const [x, moments, scale] = inputs as [Value, Value, Value];
  const { epsilon } = operation as Extract<Operation, { readonly kind: 'batch_normalize' }>;
  const training = moments.operation.kind === 'batch_moments';
  const sumsNeeded = (needed[0] && training) || needed[2] || needed[3];
  const sums = sumsNeeded ? batchNormalizeSums(x, moments, dy, { epsilon }) : undefined;
  const through = training && sums ? { through: { x, sums } } : {};
  return [
    needed[0] ? batchNormalizeGradient(dy, moments, scale, { epsilon, ...through }) : undefined,
    undefined,
    needed[2] ? row(sums!, 1) : undefined,
    needed[3] ? row(sums!, 0) : undefined,
  ];
};
