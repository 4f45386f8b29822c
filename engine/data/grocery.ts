/** The grocery purchases: households, what they bought, and for each purchase a photo of its class. */
import { InputError } from '../errors.ts';
import type { Collections } from './collections.ts';
import { readCsv } from './csv.ts';
import { choose, deriveSeed, hashText } from './permutation.ts';
import { type LabelledPhotos, labelledPhotos, type PhotoPart } from './photo-table.ts';
import { concatenateLists } from './ragged-lists.ts';
import { splitUsers, type UserSplit, type UserSplitOptions } from './user-split.ts';

/** What to say where results on the grocery purchases are shown. */
export const groceryLabel =
  'Real purchases of American households (The Complete Journey, 84.51°, CC0), each shown by a photo from a Swedish ' +
  'store (Grocery Store Dataset, Klasson et al., MIT) that was drawn at random, with a fixed seed, from the ' +
  "product's coarse class: which photo stands for which purchase is not real.";

/** What to say where results on the grocery photos alone are shown. */
export const groceryPhotosLabel =
  'Real photos from a Swedish store (Grocery Store Dataset, Klasson et al., MIT), with the split of its authors.';

/** The two tables, as text. */
export interface GroceryTables {
  /** `household,week,product,class`: one line a purchase, those of a household in order of time. */
  readonly purchases: string;
  /** `file,split,fine,coarse,group`: one line a photo. */
  readonly photos: string;
}

/** How households are chosen and divided. */
export interface GroceryOptions extends Omit<UserSplitOptions, 'held'> {
  /** Households with fewer purchases are left out. Default 5, as in the paper. */
  readonly least?: number;
  /** Of households with more purchases the first are kept. Default 40, as in the paper. */
  readonly most?: number;
  /** Households that must be tested, for example because they are shown somewhere as unseen. Default none. */
  readonly held?: readonly string[];
}

/** The grocery purchases, ready for stage two. */
export interface GroceryData {
  readonly collections: Collections;
  /**
   * Who trains and who is tested. Training households are shown by photos of the authors' training split, validation
   * households by those of the validation split (classes that have none: of the training split), tested ones by those of
   * the test split. So the split belongs to these collections, and no other may be used with them.
   */
  readonly split: UserSplit;
  /** The photos with their fine classes, in the same order as `collections.photos`. */
  readonly photos: LabelledPhotos;
  readonly report: {
    /** Households in the table. */
    readonly households: number;
    /** Households left out, since they have fewer purchases than `least`. */
    readonly tooFew: number;
    /** Households of which purchases beyond `most` were left out. */
    readonly cut: number;
  };
}

/** Where photos are drawn; the split draws from the seed itself. */
const photoUse = 2;

/**
 * Reads the grocery tables. A photo belongs to up to three categories: its group (Fruit, Packages, Vegetables), its
 * coarse class and its fine class; where both classes have the same name (Banana), they are one category, as in the
 * photos' own hierarchy.
 *
 * @throws InputError where a table is damaged, a purchase's class has no photo, or a held household is not there.
 */
export function readGrocery(tables: GroceryTables, options: GroceryOptions = {}): GroceryData {
  const { least = 5, most = 40, seed = 1, held = [] } = options;
  const photoTable = readCsv(tables.photos, 'photos.csv', ['file', 'split', 'fine', 'coarse', 'group']);
  const photos = labelledPhotos('grocery', groceryPhotosLabel, photoTable, photoTable.fine, 'photos.csv');
  const { households, report } = readHouseholds(tables.purchases, least, most);
  const users = [...households.keys()];
  const split = splitUsers(users.length, { ...options, held: held.map((id) => placeOf(users, id)) });
  const parts = new Map<number, PhotoPart>();
  for (const user of split.test) parts.set(user, 'test');
  for (const user of split.validation) parts.set(user, 'validation');
  const pools = new PhotoPools(photoTable.coarse, photos.parts);
  const lists = users.map((id, user) => {
    const householdSeed = deriveSeed(deriveSeed(seed, photoUse), hashText(id));
    return households.get(id)!.map((className, purchase) => {
      const pool = pools.of(className, parts.get(user) ?? 'train');
      return pool[choose(pool.length, householdSeed, purchase)]!;
    });
  });
  const { offsets, values: items } = concatenateLists(lists);
  const levels = [photoTable.group, photoTable.coarse, photoTable.fine];
  const categories = [...new Set(levels.flat())];
  const places = new Map(categories.map((category, index) => [category, index]));
  const categoryLists = photos.photos.map((_, photo) => [
    ...new Set(levels.map((level) => places.get(level[photo]!)!)),
  ]);
  const ragged = concatenateLists(categoryLists);
  const collections: Collections = {
    name: 'grocery',
    label: groceryLabel,
    categories,
    users,
    offsets,
    items,
    photos: photos.photos,
    photoCategories: { offsets: ragged.offsets, categories: ragged.values },
  };
  return { collections, split, photos, report };
}

/** The classes that each household bought, in order of time. */
function readHouseholds(text: string, least: number, most: number) {
  const table = readCsv(text, 'purchases.csv', ['household', 'class']);
  const households = new Map<string, string[]>();
  table.household.forEach((id, line) => {
    const bought = households.get(id);
    const className = table.class[line]!;
    if (bought) bought.push(className);
    else households.set(id, [className]);
  });
  const count = households.size;
  let cut = 0;
  for (const [id, bought] of households) {
    if (bought.length < least) households.delete(id);
    if (bought.length > most) {
      bought.length = most;
      cut += 1;
    }
  }
  return { households, report: { households: count, tooFew: count - households.size, cut } };
}

function placeOf(users: readonly string[], id: string): number {
  const place = users.indexOf(id);
  if (place !== -1) return place;
  throw new InputError(
    `The held household "${id}" is not there, or has too few purchases; give one of the ${users.length} that are.`,
  );
}

/** The photos of each coarse class and part. */
class PhotoPools {
  readonly #pools = new Map<string, number[]>();

  constructor(classes: readonly string[], parts: readonly PhotoPart[]) {
    classes.forEach((className, photo) => {
      const key = `${parts[photo]} ${className}`;
      const pool = this.#pools.get(key);
      if (pool) pool.push(photo);
      else this.#pools.set(key, [photo]);
    });
  }

  of(className: string, part: PhotoPart): readonly number[] {
    const pool =
      this.#pools.get(`${part} ${className}`) ??
      (part === 'validation' ? this.#pools.get(`train ${className}`) : undefined);
    if (pool) return pool;
    throw new InputError(
      `A purchase of class "${className}" has no photo among those for ${part}; check that both tables are complete.`,
    );
  }
}
