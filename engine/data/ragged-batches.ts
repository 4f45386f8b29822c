/** Batches of users for training and measuring a head: features, offsets and targets, ready for the graph. */
import { InputError } from '../errors.ts';
import { type Collections, writeTargets } from './collections.ts';
import { type FeatureSource, featureSource, rowsOf } from './feature-source.ts';
import type { FeatureTable } from './feature-table.ts';
import { deriveSeed, permutation } from './permutation.ts';

/** The inputs of a training graph by name, for up to B users. A graph without a loss takes `features` and `offsets`. */
export type RaggedBatch = {
  /** `[capacity, K]`: the photos of the users one after the other; rows beyond them are 0. */
  readonly features: Float32Array<ArrayBuffer>;
  /** `[B + 1]`: set b has the rows `offsets[b] … offsets[b + 1] − 1`. Sets beyond the users are empty. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** `[B, D]`, 0 or 1. Rows beyond the users are 0. */
  readonly targets: Float32Array<ArrayBuffer>;
};

/** A batch and who is in it. */
export interface UserBatch {
  /** Indices of the users, at most B. */
  readonly users: Uint32Array<ArrayBuffer>;
  readonly batch: RaggedBatch;
}

/** What batches are made of. */
export interface RaggedBatchOptions {
  readonly collections: Collections;
  /** A table, or rows computed when asked for; photos are found by their names. */
  readonly features: FeatureTable | FeatureSource;
  /** Indices of the users to draw from. */
  readonly users: ArrayLike<number>;
  /** Users in a batch, B. Default 64, as in the paper. */
  readonly size?: number;
  /** Rows that a batch has room for. Default: what the B users with the most photos need, so that all batches fit. */
  readonly capacity?: number;
  /**
   * Training steps there will be. Without a `capacity`, there is room then for what these steps and one pass in order
   * need and no more: a fraction of the default where few users have many photos. 0 where nothing trains.
   */
  readonly steps?: number;
  /** The same seed gives the same batches. Default 1. */
  readonly seed?: number;
}

/** Where training batches draw their order; other uses of the same seed draw from elsewhere. */
const shuffleUse = 1;

/** Makes batches. Nothing in it moves on: `batchAt(step)` is the same whenever and wherever it is asked for. */
export class RaggedBatches {
  readonly collections: Collections;
  /** Indices of the users drawn from. */
  readonly users: Uint32Array<ArrayBuffer>;
  /** Users in a batch, B. */
  readonly size: number;
  /** Rows of `features`. */
  readonly capacity: number;
  /** Features of a photo, K. */
  readonly featureSize: number;
  /** The most batches that one epoch fills: users / B, rounded up. */
  readonly stepsPerEpoch: number;
  readonly #source: FeatureSource;
  readonly #rowOf: Uint32Array;
  readonly #seed: number;
  readonly #epochs = new Map<number, Uint32Array>();

  /** @throws InputError where a photo has no features, there are no users, or sizes are not whole numbers. */
  constructor({ collections, features, users, size = 64, capacity, steps, seed = 1 }: RaggedBatchOptions) {
    if (users.length === 0) throw new InputError('Batches need users to draw from; give one or more.');
    if (!(Number.isInteger(size) && size > 0)) {
      throw new InputError(`A batch cannot have ${size} users; give a whole number from 1.`);
    }
    this.collections = collections;
    this.users = Uint32Array.from(users);
    for (const user of this.users) {
      if (user >= collections.users.length) {
        throw new InputError(`There is no user ${user}; there are ${collections.users.length}, from 0.`);
      }
    }
    this.size = size;
    this.#seed = deriveSeed(seed, shuffleUse);
    this.capacity =
      capacity ??
      (steps === undefined ? safeCapacity(collections, this.users, size) : this.#rowsOfSteps(steps));
    if (!(Number.isInteger(this.capacity) && this.capacity > 0)) {
      throw new InputError(`A batch cannot have room for ${capacity} photos; give a whole number from 1.`);
    }
    this.#source = 'copyRow' in features ? features : featureSource(features);
    this.#rowOf = rowsOf(collections.photos, this.#source);
    this.featureSize = this.#source.size;
    this.stepsPerEpoch = Math.ceil(users.length / size);
  }

  /**
   * The users of a training batch. Each epoch is a permutation of the users; a batch that an epoch cannot fill goes on
   * with the next, so that all batches are full and no user is left out.
   *
   * @param step from 0
   * @returns `[B]`
   */
  usersAt(step: number): Uint32Array<ArrayBuffer> {
    if (!(Number.isInteger(step) && step >= 0)) {
      throw new InputError(`There is no training step ${step}; steps are whole numbers from 0.`);
    }
    const count = this.users.length;
    return Uint32Array.from({ length: this.size }, (_, set) => {
      const position = step * this.size + set;
      return this.users[this.#order(Math.floor(position / count))[position % count]!]!;
    });
  }

  /**
   * The batch of a training step: a function of the seed and the step alone, so that training resumes exactly.
   *
   * @param step from 0
   * @param into a batch whose arrays are written again, to save memory
   */
  batchAt(step: number, into?: RaggedBatch): RaggedBatch {
    return this.batchOf(this.usersAt(step), into);
  }

  /** All users once, in the order given, B at a time; the last batch may have fewer. For measuring. */
  *inOrder(into?: RaggedBatch): Generator<UserBatch> {
    for (let start = 0; start < this.users.length; start += this.size) {
      const users = this.users.slice(start, start + this.size);
      yield { users, batch: this.batchOf(users, into) };
    }
  }

  /**
   * The batch of some users.
   *
   * @param users at most B indices of users
   * @param into a batch whose arrays are written again, to save memory
   * @throws InputError where there are too many users, or their photos exceed the capacity.
   */
  batchOf(users: Uint32Array, into: RaggedBatch = this.#empty()): RaggedBatch {
    if (users.length > this.size) {
      throw new InputError(`A batch has room for ${this.size} users, but ${users.length} were given.`);
    }
    const { features, offsets, targets } = into;
    const { collections, featureSize } = this;
    const width = collections.categories.length;
    const photos = rowCount(collections, users);
    if (photos > this.capacity) {
      throw new InputError(
        `These ${users.length} users have ${photos} photos, but a batch has room for ${this.capacity}; ` +
          `a capacity of ${safeCapacity(collections, this.users, this.size)} fits every batch.`,
      );
    }
    targets.fill(0);
    let row = 0;
    for (let set = 0; set < this.size; set++) {
      offsets[set] = row;
      if (set >= users.length) continue;
      const user = users[set]!;
      for (let entry = collections.offsets[user]!; entry < collections.offsets[user + 1]!; entry++) {
        this.#source.copyRow(this.#rowOf[collections.items[entry]!]!, features, row * featureSize);
        row += 1;
      }
      writeTargets(collections, user, targets, set * width);
    }
    offsets[this.size] = row;
    features.fill(0, row * featureSize);
    return { features, offsets, targets };
  }

  /** The most rows that one of the first `steps` batches needs, or a batch of the users in order. */
  #rowsOfSteps(steps: number): number {
    let most = 1;
    for (let step = 0; step < steps; step++) {
      most = Math.max(most, rowCount(this.collections, this.usersAt(step)));
    }
    for (let start = 0; start < this.users.length; start += this.size) {
      most = Math.max(most, rowCount(this.collections, this.users.subarray(start, start + this.size)));
    }
    return most;
  }

  #empty(): RaggedBatch {
    return {
      features: new Float32Array(this.capacity * this.featureSize),
      offsets: new Uint32Array(this.size + 1),
      targets: new Float32Array(this.size * this.collections.categories.length),
    };
  }

  /** The order of an epoch; the last two are kept, since a batch may lie in both. */
  #order(epoch: number): Uint32Array {
    const known = this.#epochs.get(epoch);
    if (known) return known;
    const order = permutation(this.users.length, deriveSeed(this.#seed, epoch));
    const [oldest] = this.#epochs.keys();
    if (this.#epochs.size > 1 && oldest !== undefined) this.#epochs.delete(oldest);
    this.#epochs.set(epoch, order);
    return order;
  }
}

/** What `RaggedBatches` holds, as a function. */
export function raggedBatches(options: RaggedBatchOptions): RaggedBatches {
  return new RaggedBatches(options);
}

function setSize({ offsets }: Collections, user: number): number {
  return offsets[user + 1]! - offsets[user]!;
}

/** Photos of some users together. */
function rowCount(collections: Collections, users: Uint32Array): number {
  return users.reduce((sum, user) => sum + setSize(collections, user), 0);
}

/** Photos of the `size` users with the most, each as often as a batch may hold it. */
function safeCapacity(collections: Collections, users: Uint32Array, size: number): number {
  const sizes = Uint32Array.from(users, (user) => setSize(collections, user))
    .sort()
    .reverse();
  // A batch may lie in several epochs, and each epoch has every user once.
  const times = size === 1 ? 1 : Math.floor((size - 2) / users.length) + 2;
  let sum = 0;
  for (let set = 0; set < size; set++) sum += sizes[Math.floor(set / times)] ?? 0;
  return Math.max(sum, 1);
}
