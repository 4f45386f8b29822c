/** What recommends without learning to aggregate: the least that a learned aggregation must beat. */
import { type Collections, targetsOf } from '../data/collections.ts';
import { InputError } from '../errors.ts';

/**
 * Category frequency: the share of some users that bought from each category. The same scores for everybody, whatever
 * their photos.
 *
 * @param users indices of the training users
 * @returns `[D]`, each from 0 to 1
 * @throws InputError where there are no users.
 */
export function categoryFrequency(
  collections: Collections,
  users: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  if (users.length === 0) {
    throw new InputError('Category frequencies need users to count; give one or more.');
  }
  const frequencies = new Float64Array(collections.categories.length);
  for (let index = 0; index < users.length; index++) {
    const row = targetsOf(collections, [users[index]!]);
    row.forEach((target, category) => {
      frequencies[category]! += target;
    });
  }
  return Float32Array.from(frequencies, (count) => count / users.length);
}

/** The same scores for each of some users: `[D]` to `[users, D]`. */
export function repeatScores(scores: Float32Array, users: number): Float32Array<ArrayBuffer> {
  const repeated = new Float32Array(users * scores.length);
  for (let user = 0; user < users; user++) repeated.set(scores, user * scores.length);
  return repeated;
}

/**
 * Predictions for single photos, merged to one prediction for each set of photos.
 *
 * @param predictions `[N, D]`, one row a photo
 * @param offsets `[B + 1]`: set b has the rows `offsets[b] … offsets[b + 1] − 1`
 * @param width D
 * @param how the highest or the mean of a set's scores, category by category
 * @returns `[B, D]`; an empty set has 0
 * @throws InputError where the offsets reach beyond the predictions.
 */
export function mergePhotoPredictions(
  predictions: ArrayLike<number>,
  offsets: ArrayLike<number>,
  width: number,
  how: 'max' | 'mean',
): Float32Array<ArrayBuffer> {
  const sets = offsets.length - 1;
  const rows = offsets[sets] ?? 0;
  if (predictions.length < rows * width) {
    throw new InputError(
      `${rows} photos with ${width} categories have ${rows * width} predictions, but ${predictions.length} were given.`,
    );
  }
  const merged = new Float32Array(sets * width);
  for (let set = 0; set < sets; set++) {
    const first = offsets[set]!;
    const count = offsets[set + 1]! - first;
    if (count === 0) continue;
    for (let category = 0; category < width; category++) {
      let result = how === 'max' ? Number.NEGATIVE_INFINITY : 0;
      for (let row = first; row < first + count; row++) {
        const score = predictions[row * width + category]!;
        result = how === 'max' ? Math.max(result, score) : result + score / count;
      }
      merged[set * width + category] = result;
    }
  }
  return merged;
}
