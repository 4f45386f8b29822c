/** Splits of the users: who trains the feature extractor, who trains the head, and who is tested. */
import { InputError } from '../errors.ts';
import { permutation } from './permutation.ts';

/** How users are divided. Shares are of 1. */
export interface UserSplitOptions {
  /** The same seed gives the same split. Default 1. */
  readonly seed?: number;
  /** Share of all users whose photos fine-tune the feature extractor; 0 where features are given. Default 0.7. */
  readonly stageOne?: number;
  /** Share of the users beyond stage one that are tested. Default 0.3. */
  readonly test?: number;
  /** Share of the training users that is set aside to choose when to stop. Default 0. */
  readonly validation?: number;
  /** Users that must be tested, for example because they are shown somewhere as unseen. Default none. */
  readonly held?: ArrayLike<number>;
}

/** Indices of users, each in one part only, ascending. */
export interface UserSplit {
  /** Whose photos fine-tune the feature extractor. */
  readonly stageOne: Uint32Array;
  /** Who trains the head. */
  readonly train: Uint32Array;
  /** Who tells when to stop. */
  readonly validation: Uint32Array;
  /** Who is measured, and seen by nothing before. */
  readonly test: Uint32Array;
}

/**
 * Divides users at random, as the paper does: 70 % fine-tune the feature extractor; of the rest, 70 % train the head
 * and 30 % test it (Demochkin and Savchenko, "Visual product recommendation using neural aggregation network and context
 * gating", section 4: N₁ = 0.7 N = 46,563 of 66,519). Numbers of users are rounded to the nearest.
 *
 * @param count users, in the order of `Collections.users`
 * @throws InputError where a share is not between 0 and 1, or the held users exceed the test part.
 */
export function splitUsers(count: number, options: UserSplitOptions = {}): UserSplit {
  const { seed = 1, stageOne = 0.7, test = 0.3, validation = 0 } = options;
  for (const [name, share] of Object.entries({ stageOne, test, validation })) {
    if (!(share >= 0 && share <= 1)) {
      throw new InputError(`The share '${name}' is ${share}; give a number from 0 to 1.`);
    }
  }
  const held = new Set(Array.from(options.held ?? []));
  for (const user of held) {
    if (!(Number.isInteger(user) && user >= 0 && user < count)) {
      throw new InputError(`The held user ${user} is not there; there are ${count} users, from 0.`);
    }
  }
  const stageOneCount = Math.round(stageOne * count);
  const testCount = Math.round(test * (count - stageOneCount));
  const trainingCount = count - stageOneCount - testCount;
  const validationCount = Math.round(validation * trainingCount);
  if (held.size > testCount) {
    throw new InputError(
      `${held.size} users are held for the test, which has room for ${testCount}; hold fewer or test more.`,
    );
  }
  // Held users first, then the others in their random order; the test takes the first of them.
  const order = [...held, ...permutation(count, seed).filter((user) => !held.has(user))];
  const ends = [testCount, validationCount, trainingCount - validationCount, stageOneCount];
  let start = 0;
  const [tested, validating, training, tuning] = ends.map((size) => {
    const part = Uint32Array.from(order.slice(start, start + size)).sort();
    start += size;
    return part;
  }) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  return { stageOne: tuning, train: training, validation: validating, test: tested };
}
