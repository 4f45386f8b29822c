/**
 * Synthetic collections at the scale of the paper, with a truth that is known because it was planted.
 *
 * Categories belong to themes, as kettles and cups belong to a kitchen. A user has a few themes and buys items of these;
 * an item has a category of its theme, often a second and third. So categories of a theme are bought together.
 *
 * An item's features are the sum of the directions of its categories, of a nuisance that many photos share (a
 * background, a kind of lighting), and of noise of its own; negative ones become 0, as after a ReLU. Two things are
 * planted for the aggregations to find. Some items are **clutter**: they have no category, and all clutter has one
 * direction in common, by which an attention can tell it. And some categories have a **twin** in another theme that looks
 * almost the same: only the other photos of the user say which it is.
 *
 * Everything is a function of the seed and of the index of what is drawn, by additions and multiplications alone, so that
 * every browser draws the same bits. Features are computed when asked for: 28,237 · 1,024 numbers need not be held.
 */
import { InputError } from '../errors.ts';
import { uniform } from '../random.ts';
import type { Collections } from './collections.ts';
import type { FeatureSource } from './feature-source.ts';
import { choose, deriveSeed } from './permutation.ts';
import { concatenateLists } from './ragged-lists.ts';
import { Directions } from './synthetic-directions.ts';
import type { SyntheticOptions, SyntheticSettings } from './synthetic-options.ts';

/** Synthetic collections with their features and what was planted in them. */
export interface SyntheticData {
  readonly collections: Collections;
  /** Features by row, computed when asked for. */
  readonly features: FeatureSource;
  /** What was planted. */
  readonly truth: SyntheticTruth;
}

/** What was planted. */
export interface SyntheticTruth {
  /** `[P]`: 1 where a photo shows something, 0 where it is clutter. */
  readonly matters: Uint8Array;
  /** `[D]`: the theme of each category. */
  readonly themes: Uint32Array;
  /** `[D]`: the twin of each category; its own index where it has none. */
  readonly twins: Uint32Array;
  /** The direction of a category, `[K]`: what a photo of it has, apart from nuisance, noise and the ReLU. */
  direction(category: number): Float32Array;
  /** The direction that all clutter has, `[K]`. */
  readonly clutterDirection: Float32Array;
}

/** What to say where results on synthetic collections are shown. */
export const syntheticLabel =
  'Synthetic data: users, items, categories and features were drawn by a random number generator with a fixed seed; nothing in it is real.';

/** Uses of the seed, so that no two draw the same numbers. */
const uses = { themes: 1, sizes: 2, purchases: 3, clutter: 4, categories: 5, directions: 6 };

/** Numbers of items of a user, as in the paper: 5 to 40, 8.2 on average (547,700 entries of 66,519 users). */
const fewest = 5;
const mostItems = 40;
/** The chance of one item more: geometric beyond five, with a mean of 0.763 / 0.237 = 3.22 (40 cuts off little). */
const more = 0.763;

/**
 * Draws synthetic collections.
 *
 * @throws InputError where a number is not whole or a share not between 0 and 1, or there are too few items for users.
 */
export function syntheticCollections(options: SyntheticOptions = {}): SyntheticData {
  const settings = check(options);
  const { seed, users, items, categories, themes } = settings;
  const matters = Uint8Array.from({ length: items }, (_, item) =>
    uniform(deriveSeed(seed, uses.clutter), item) < settings.clutter ? 0 : 1,
  );
  const categoryLists = Array.from({ length: items }, (_, item) =>
    matters[item] ? categoriesOfItem(settings, item) : [],
  );
  const userLists = Array.from({ length: users }, (_, user) => itemsOfUser(settings, user));
  const { offsets, values } = concatenateLists(userLists);
  const ragged = concatenateLists(categoryLists);
  const photos = names('synthetic item', items);
  const collections: Collections = {
    name: 'synthetic',
    label: syntheticLabel,
    categories: names('synthetic category', categories),
    users: names('synthetic user', users),
    offsets,
    items: values,
    photos,
    photoCategories: { offsets: ragged.offsets, categories: ragged.values },
  };
  const directions = new Directions(deriveSeed(seed, uses.directions), settings);
  return {
    collections,
    features: {
      photos,
      size: settings.features,
      copyRow: (item, into, start) => directions.copyItem(item, categoryLists[item]!, into, start),
    },
    truth: {
      matters,
      themes: Uint32Array.from({ length: categories }, (_, category) => category % themes),
      twins: Uint32Array.from({ length: categories }, (_, category) => directions.twin(category)),
      direction: (category) => directions.category(category).slice(),
      clutterDirection: directions.clutter,
    },
  };
}

function check(options: SyntheticOptions): SyntheticSettings {
  const { categories = 1000 } = options;
  const settings: SyntheticSettings = {
    seed: 1,
    users: 66_519,
    items: 28_237,
    categories,
    features: 1024,
    themes: Math.max(Math.round(categories / 20), 1),
    clutter: 0.2,
    twins: 0.5,
    nuisance: 1,
    noise: 1,
    ...options,
  };
  for (const name of ['users', 'items', 'categories', 'features', 'themes'] as const) {
    if (!(Number.isInteger(settings[name]) && settings[name] > 0)) {
      throw new InputError(
        `Synthetic data with ${settings[name]} ${name} cannot be drawn; give a whole number from 1.`,
      );
    }
  }
  for (const name of ['clutter', 'twins'] as const) {
    if (!(settings[name] >= 0 && settings[name] <= 1)) {
      throw new InputError(`The share '${name}' is ${settings[name]}; give a number from 0 to 1.`);
    }
  }
  const { items, themes } = settings;
  if (themes > categories || items < themes * mostItems) {
    throw new InputError(
      `${themes} themes need at least as many categories and ${mostItems} items each, but there are ${categories} and ${items}; draw fewer themes or more items.`,
    );
  }
  return settings;
}

function names(what: string, count: number): string[] {
  const digits = String(count - 1).length;
  return Array.from({ length: count }, (_, index) => `${what} ${String(index).padStart(digits, '0')}`);
}

/** An item belongs to theme `item mod themes`. Its categories are of this theme, small ones more often. */
function categoriesOfItem({ seed, categories, themes }: SyntheticSettings, item: number): number[] {
  const itemSeed = deriveSeed(deriveSeed(seed, uses.categories), item);
  const theme = item % themes;
  const ofTheme = Math.ceil((categories - theme) / themes);
  const first = skewed(ofTheme, itemSeed, 0);
  const chosen = new Set([first]);
  // Half of the items have a second category, a quarter a third.
  if (uniform(itemSeed, 1) < 0.5) chosen.add(skewed(ofTheme, itemSeed, 2));
  if (uniform(itemSeed, 3) < 0.25) chosen.add(skewed(ofTheme, itemSeed, 4));
  return [...chosen].map((place) => place * themes + theme).sort((a, b) => a - b);
}

/** A user has one to three themes, and buys different items of them, popular ones more often. */
function itemsOfUser({ seed, items, themes }: SyntheticSettings, user: number): number[] {
  const sizeSeed = deriveSeed(deriveSeed(seed, uses.sizes), user);
  let size = fewest;
  while (size < mostItems && uniform(sizeSeed, size) < more) size += 1;
  const themeSeed = deriveSeed(deriveSeed(seed, uses.themes), user);
  const own = Array.from({ length: 1 + choose(3, themeSeed, 0) }, (_, index) =>
    skewed(themes, themeSeed, index + 1),
  );
  const purchaseSeed = deriveSeed(deriveSeed(seed, uses.purchases), user);
  const bought = new Set<number>();
  for (let draw = 0; bought.size < size; draw++) {
    const theme = own[choose(own.length, purchaseSeed, 2 * draw)]!;
    const ofTheme = Math.ceil((items - theme) / themes);
    bought.add(skewed(ofTheme, purchaseSeed, 2 * draw + 1) * themes + theme);
  }
  return [...bought];
}

/** A whole number below `count`, small ones more often: the square of a uniform number. */
function skewed(count: number, seed: number, counter: number): number {
  const draw = uniform(seed, counter);
  return Math.floor(draw * draw * count);
}
