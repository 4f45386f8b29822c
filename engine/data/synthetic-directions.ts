/** Features of synthetic photos. */
import { randomBits, uniform } from '../random.ts';
import { choose, deriveSeed } from './permutation.ts';
import type { SyntheticSettings } from './synthetic-options.ts';

/** Uses of the seed, so that no two draw the same numbers. */
const uses = { category: 1, twin: 2, shared: 3, clutter: 4, noise: 5, choice: 6 };

/** Kinds of nuisance that photos share. */
const nuisances = 16;
/** How much of its twin's direction a category has. */
const likeness = 0.95;
/** Variance 1/12 of a uniform number to variance 1: √12. */
const toUnit = 3.4641016151377544;

/** Directions in the space of features, and the features of items made of them. */
export class Directions {
  /** The direction that all clutter has, `[K]`. */
  readonly clutter: Float32Array;
  readonly #seed: number;
  readonly #settings: SyntheticSettings;
  readonly #categories = new Map<number, Float32Array>();
  readonly #nuisances: readonly Float32Array[];

  constructor(seed: number, settings: SyntheticSettings) {
    this.#seed = seed;
    this.#settings = settings;
    this.clutter = this.#draw(uses.clutter, 0);
    this.#nuisances = Array.from({ length: nuisances }, (_, index) => this.#draw(uses.shared, index));
  }

  /**
   * The category that looks almost like this one; itself where there is none. Twins are neighbours (2 i, 2 i + 1), and
   * so belong to different themes where there are two or more.
   */
  twin(category: number): number {
    const { categories, themes, twins } = this.#settings;
    const other = category ^ 1;
    const pair = category >> 1;
    const paired = other < categories && themes > 1 && other % themes !== category % themes;
    return paired && uniform(deriveSeed(this.#seed, uses.twin), pair) < twins ? other : category;
  }

  /** The direction of a category, `[K]`: numbers with mean 0 and variance 1, or a twin's with a little of its own. */
  category(category: number): Float32Array {
    const known = this.#categories.get(category);
    if (known) return known;
    const twin = this.twin(category);
    const own = this.#draw(uses.category, category);
    if (twin < category) {
      const other = this.category(twin);
      // √(1 − 0.95²), so that the variance stays 1.
      for (let k = 0; k < own.length; k++) own[k] = likeness * other[k]! + 0.31224989991991997 * own[k]!;
    }
    this.#categories.set(category, own);
    return own;
  }

  /**
   * Writes the features of an item: directions, nuisance and noise added up, negative ones 0.
   *
   * @param categories the item's; none makes it clutter
   */
  copyItem(item: number, categories: readonly number[], into: Float32Array, start: number): void {
    const { features, noise, nuisance } = this.#settings;
    const directions =
      categories.length === 0 ? [this.clutter] : categories.map((index) => this.category(index));
    const choice = deriveSeed(this.#seed, uses.choice);
    const shared = this.#nuisances[choose(nuisances, choice, 2 * item)]!;
    // Between half and one and a half times its size.
    const strength = nuisance * (0.5 + uniform(choice, 2 * item + 1));
    const noiseSeed = deriveSeed(deriveSeed(this.#seed, uses.noise), item);
    for (let k = 0; k < features; k++) {
      let sum = strength * shared[k]! + noise * unit(noiseSeed, k);
      for (const direction of directions) sum += direction[k]!;
      into[start + k] = Math.max(sum, 0);
    }
  }

  /** `[K]` numbers with mean 0 and variance 1. */
  #draw(use: number, index: number): Float32Array {
    const seed = deriveSeed(deriveSeed(this.#seed, use), index);
    return Float32Array.from({ length: this.#settings.features }, (_, k) => unit(seed, k));
  }
}

/** A uniform number with mean 0 and variance 1. */
function unit(seed: number, counter: number): number {
  // All 32 bits: half a step off the middle, so that the mean is 0.
  return ((randomBits(seed, counter) + 0.5) / 0x100000000 - 0.5) * toUnit;
}
