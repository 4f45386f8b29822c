/**
 * Dropout.
 *
 * Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (JMLR 15, 2014), section
 * 4, with the scaling at training time ("inverted dropout").
 */
import { ShapeError } from '../errors.ts';
import { requireRank } from './check.ts';
import { describe, type Value, value } from './value.ts';

/**
 * Each element is 0 with probability `rate`, else x / (1 − rate). Which are 0 is a pure function of the counter, the
 * stream and the element's place, so the mask is computed again in the backward pass and never stored.
 *
 * @param x any shape
 * @param counter `uint32 [2]`: seed and step, so that every step draws another mask
 * @param rate from 0, below 1
 * @param stream a whole number below 2³², another for each dropout of a graph
 * @throws ShapeError where a rate, a stream or the counter is none.
 */
export function dropout(
  x: Value,
  counter: Value,
  { rate, stream = 0 }: { readonly rate: number; readonly stream?: number },
): Value {
  requireRank('dropout', 'x', x, 1, 2, 3, 4);
  if (counter.dataType !== 'uint32' || `${counter.shape}` !== '2') {
    throw new ShapeError(`dropout: the counter must be uint32 [2], but it is ${describe(counter)}.`);
  }
  if (!(rate >= 0 && rate < 1)) {
    throw new ShapeError(`dropout: the rate must be from 0 and below 1, but it is ${rate}.`);
  }
  if (!Number.isInteger(stream) || stream < 0 || stream >= 2 ** 32) {
    throw new ShapeError(`dropout: the stream must be a whole number below 2³², but it is ${stream}.`);
  }
  return value({ kind: 'dropout', rate, stream }, [x, counter], x.shape);
}
