/** Metrics of the whole ranking of a row, without a k. */
import { topK } from './top-k.ts';

/**
 * Average precision of one row: the mean, over relevant categories, of the precision at the rank of each. Equal scores:
 * the lower index comes first. Source: Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 8.4.
 *
 * @param scores `[D]`
 * @param targets `[D]`, 1 for relevant and 0 else
 * @returns NaN where nothing is relevant
 * @throws InputError where a score is NaN.
 */
export function averagePrecision(scores: ArrayLike<number>, targets: ArrayLike<number>): number {
  let hits = 0;
  let sum = 0;
  topK(scores, scores.length).forEach((index, rank) => {
    if (targets[index]! > 0) {
      hits += 1;
      sum += hits / (rank + 1);
    }
  });
  return sum / hits;
}

/**
 * Area under the receiver operating characteristic of one row: the share of pairs (relevant, not relevant) that the
 * scores put in the right order, equal scores counting half (Fawcett, "An introduction to ROC analysis", 2006).
 *
 * @param scores `[D]`
 * @param targets `[D]`, 1 for relevant and 0 else
 * @returns NaN where all or none are relevant
 * @throws InputError where a score is NaN.
 */
export function areaUnderCurve(scores: ArrayLike<number>, targets: ArrayLike<number>): number {
  const order = topK(scores, scores.length).reverse();
  let relevant = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to += 1;
    // Equal scores share the mean of their ranks, which count from 1.
    const rank = (from + 1 + to) / 2;
    for (const index of order.subarray(from, to)) {
      if (targets[index]! > 0) {
        relevant += 1;
        rankSum += rank;
      }
    }
    from = to;
  }
  const others = order.length - relevant;
  return (rankSum - (relevant * (relevant + 1)) / 2) / (relevant * others);
}

/**
 * The mean of a row's metric over rows; rows where it is NaN are left out.
 *
 * @param scores `[U, D]`
 * @param targets `[U, D]`
 * @param width D
 * @returns for example the mean average precision (MAP) with `averagePrecision`
 */
export function meanOverRows(
  metric: (scores: Float32Array, targets: Float32Array) => number,
  scores: Float32Array,
  targets: Float32Array,
  width: number,
): number {
  let sum = 0;
  let rows = 0;
  for (let start = 0; start < targets.length; start += width) {
    const value = metric(scores.subarray(start, start + width), targets.subarray(start, start + width));
    if (!Number.isNaN(value)) {
      sum += value;
      rows += 1;
    }
  }
  return sum / rows;
}
