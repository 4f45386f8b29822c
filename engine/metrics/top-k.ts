/** The highest scores of a row. */
import { InputError } from '../errors.ts';

/** Up to here inserting into a short list is faster than sorting the row. */
const mostInserted = 64;

/**
 * The indices of the k highest scores of a row, the highest first; of equal scores the lower index comes first, so
 * that the answer never depends on the order of a sort.
 *
 * @param scores scores, row by row
 * @param k at most as many as `width` come back
 * @param start index of the row's first score; default 0
 * @param width scores in the row; default all from `start` on
 * @throws InputError where a score is NaN, which has no place in an order.
 */
export function topK(
  scores: ArrayLike<number>,
  k: number,
  start = 0,
  width = scores.length - start,
): Uint32Array<ArrayBuffer> {
  if (!(Number.isInteger(k) && k > 0)) {
    throw new InputError(`The ${k} highest scores cannot be taken; k is a whole number from 1.`);
  }
  if (k > mostInserted) return sorted(scores, k, start, width);
  const best: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < width; index++) {
    const score = scores[start + index]!;
    if (Number.isNaN(score)) throw notANumber(index);
    if (best.length === k && score <= last) continue;
    // Insertion: k is small, and few scores get this far.
    let at = best.length === k ? k - 1 : best.push(index) - 1;
    while (at > 0 && scores[start + best[at - 1]!]! < score) {
      best[at] = best[at - 1]!;
      at -= 1;
    }
    best[at] = index;
    last = scores[start + best[best.length - 1]!]!;
  }
  return Uint32Array.from(best);
}

function sorted(
  scores: ArrayLike<number>,
  k: number,
  start: number,
  width: number,
): Uint32Array<ArrayBuffer> {
  const order = Uint32Array.from({ length: width }, (_, index) => {
    if (Number.isNaN(scores[start + index]!)) throw notANumber(index);
    return index;
  });
  order.sort((a, b) => {
    const [left, right] = [scores[start + a]!, scores[start + b]!];
    return left === right ? a - b : left > right ? -1 : 1;
  });
  return order.slice(0, k);
}

function notANumber(index: number): InputError {
  return new InputError(`Score ${index} is NaN; find out which step made it.`);
}
