/**
 * Precision, recall and F1 of the k highest-scored categories.
 *
 * For a user with the relevant categories R (those bought from) and the recommended T (the k with the highest scores):
 * precision@k = |T ∩ R| / |T|, recall@k = |T ∩ R| / |R|, F1@k = 2 · precision · recall / (precision + recall), 0 where
 * both are 0. Each is computed for every user and then averaged over users: every user counts the same, as is usual for
 * recommenders (Herlocker, Konstan, Terveen and Riedl, "Evaluating collaborative filtering recommender systems", 2004).
 *
 * |T| is k, also where a user has fewer than k relevant categories: then precision@k cannot reach 1, and its ceiling
 * |R| / k is reported beside it (`precisionCeiling`). Users without any relevant category have no recall; they are left
 * out of all means, and counted (`skipped`). Equal scores: the category with the lower index comes first.
 *
 * The published table (Savchenko and Demochkin, DDA 2018) cannot be of this precision: recall@5 = 0.79 says that users
 * have about six relevant categories, and with six precision@20 is at most 0.3, but 0.86 is printed; and its recall
 * levels off. Both fit a system that recommends only categories with a probability of at least one half, k of them at the
 * most. `atLeast: 0.5` computes that: T is then the categories among the k highest whose score is at least 0.5, and
 * precision is 0 where there is none.
 */
import { InputError } from '../errors.ts';
import { topK } from './top-k.ts';

/** How categories are recommended. */
export interface RankingOptions {
  /** Numbers of recommendations. Default 5, 10, 15, 20, as in the paper. */
  readonly ks?: readonly number[];
  /** Recommend only categories with at least this score. Default: the k highest, whatever their scores. */
  readonly atLeast?: number;
}

/** Means over users for one k. Each is between 0 and 1. */
export interface RankingResult {
  readonly k: number;
  readonly precision: number;
  readonly recall: number;
  /** The mean of the users' F1. */
  readonly f1: number;
  /** F1 of the two means, which is what a reader computes from a table of precision and recall. */
  readonly f1OfMeans: number;
  /** The precision that perfect scores would reach: the mean of min(|R|, k) / k, or 1 with `atLeast`. */
  readonly precisionCeiling: number;
  /** Recommendations a user gets, on average: k, or fewer with `atLeast`. */
  readonly recommended: number;
  /** Users that the means are over. */
  readonly users: number;
  /** Users without any relevant category, who are in no mean. */
  readonly skipped: number;
}

/** Sums that ranking metrics are made of, so that users may be measured batch by batch. */
export class RankingMetrics {
  readonly #ks: readonly number[];
  readonly #atLeast: number | undefined;
  /** For each k: precision, recall, F1, ceiling, recommended. */
  readonly #sums: Float64Array[];
  #users = 0;
  #skipped = 0;

  /** @throws InputError where there is no k, or one that is not a whole number from 1. */
  constructor({ ks = [5, 10, 15, 20], atLeast }: RankingOptions = {}) {
    if (ks.length === 0 || !ks.every((k) => Number.isInteger(k) && k > 0)) {
      throw new InputError(
        `Metrics at k need whole numbers from 1, but k is ${ks.length === 0 ? 'missing' : ks.join(', ')}.`,
      );
    }
    this.#ks = ks;
    this.#atLeast = atLeast;
    this.#sums = ks.map(() => new Float64Array(5));
  }

  /**
   * Adds users.
   *
   * @param scores `[rows, D]`; may be longer
   * @param targets `[rows, D]`, 1 for relevant and 0 else; may be longer
   * @param width D
   * @param rows users to add; default as many as `targets` has
   * @throws InputError where scores are too few or NaN.
   */
  add(
    scores: ArrayLike<number>,
    targets: ArrayLike<number>,
    width: number,
    rows = Math.floor(targets.length / width),
  ): void {
    if (scores.length < rows * width || targets.length < rows * width) {
      throw new InputError(
        `${rows} users with ${width} categories have ${rows * width} scores and targets, but there are ${scores.length} and ${targets.length}.`,
      );
    }
    const most = Math.min(Math.max(...this.#ks), width);
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      let relevant = 0;
      for (let index = 0; index < width; index++) if (targets[start + index]! > 0) relevant += 1;
      if (relevant === 0) {
        this.#skipped += 1;
        continue;
      }
      this.#users += 1;
      this.#addUser(scores, targets, start, topK(scores, most, start, width), relevant);
    }
  }

  #addUser(
    scores: ArrayLike<number>,
    targets: ArrayLike<number>,
    start: number,
    best: Uint32Array,
    relevant: number,
  ): void {
    const atLeast = this.#atLeast;
    this.#ks.forEach((k, at) => {
      let hits = 0;
      let confident = 0;
      for (const index of best.subarray(0, k)) {
        if (atLeast !== undefined && !(scores[start + index]! >= atLeast)) break;
        confident += 1;
        if (targets[start + index]! > 0) hits += 1;
      }
      const recommended = atLeast === undefined ? k : confident;
      const precision = recommended === 0 ? 0 : hits / recommended;
      const recall = hits / relevant;
      const sums = this.#sums[at]!;
      sums[0]! += precision;
      sums[1]! += recall;
      sums[2]! += harmonicMean(precision, recall);
      sums[3]! += atLeast === undefined ? Math.min(relevant, k) / k : 1;
      sums[4]! += recommended;
    });
  }

  /**
   * The means so far, for each k.
   *
   * @throws InputError where no user with a relevant category was added.
   */
  results(): RankingResult[] {
    const users = this.#users;
    if (users === 0) {
      throw new InputError('There is no user with a relevant category to measure; add users first.');
    }
    return this.#ks.map((k, at) => {
      const [precision, recall, f1, precisionCeiling, recommended] = Array.from(
        this.#sums[at]!,
        (sum) => sum / users,
      ) as [number, number, number, number, number];
      const f1OfMeans = harmonicMean(precision, recall);
      const skipped = this.#skipped;
      return { k, precision, recall, f1, f1OfMeans, precisionCeiling, recommended, users, skipped };
    });
  }
}

/**
 * Precision, recall and F1 at each k of users that are all in memory.
 *
 * @param scores `[U, D]`
 * @param targets `[U, D]`, 1 for relevant and 0 else
 * @param width D
 * @throws InputError where lengths differ, a score is NaN, or nobody has a relevant category.
 */
export function rankingMetrics(
  scores: ArrayLike<number>,
  targets: ArrayLike<number>,
  width: number,
  options: RankingOptions = {},
): RankingResult[] {
  if (scores.length !== targets.length || scores.length % width !== 0) {
    throw new InputError(
      `Scores and targets must be [users, ${width}], but have ${scores.length} and ${targets.length} numbers.`,
    );
  }
  const metrics = new RankingMetrics(options);
  metrics.add(scores, targets, width);
  return metrics.results();
}

function harmonicMean(a: number, b: number): number {
  return a + b === 0 ? 0 : (2 * a * b) / (a + b);
}
