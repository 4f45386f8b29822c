/** The Amazon product data of the paper, read as published: two gzipped files and the photos of the items. */
import { InputError } from '../../errors.ts';
import type { Collections } from '../collections.ts';
import { keepFrequentCategories } from '../frequent-categories.ts';
import { concatenateLists } from '../ragged-lists.ts';
import type { NamedFile, ReadOptions } from './line-stream.ts';
import { type Product, type Products, readProducts } from './products.ts';
import { type AmazonReport, counted } from './report.ts';
import { type Reviews, readReviews } from './reviews.ts';

/** The published files. */
export interface AmazonFiles {
  /** `reviews_Home_and_Kitchen_5.json.gz`, or another category; also gunzipped. */
  readonly reviews: NamedFile;
  /** `meta_Home_and_Kitchen.json.gz`, or another category; also gunzipped. */
  readonly products: NamedFile;
  /** Image files by `asin`, as `imageFiles` finds them. Without them the addresses in the product file count. */
  readonly images?: ReadonlyMap<string, Blob>;
}

/** How the files are read. */
export interface AmazonOptions extends ReadOptions {
  /** The most frequent categories to keep. Default 1000, as in the paper. */
  readonly categories?: number;
  /** Users with fewer items are left out. Default 5, as in the paper. */
  readonly least?: number;
  /** Of users with more items the earliest are kept. Default 40, as in the paper. */
  readonly most?: number;
}

/** The Amazon data, ready for feature extraction and stage two. */
export interface AmazonData {
  /** Photos are named by their item's `asin`. */
  readonly collections: Collections;
  /** The image of each of `collections.photos`: a file, or an address. */
  readonly images: readonly (Blob | string)[];
  /** What was read and what was left out; `describeAmazonReport` puts it in sentences. */
  readonly report: AmazonReport;
}

/**
 * Reads the published files of one category (J. McAuley, Amazon product data, 2014), line by line: in memory are only
 * users, items and their pairs, not reviews.
 *
 * A review stands for a purchase, and an item for one photo. Left out, and said in the report: lines that are no records,
 * repeated reviews, items without product, category or image, users with too few items then. Categories are all names on
 * all paths of an item; of these the most frequent are kept.
 *
 * @throws InputError where a file is damaged, cut short or another, or nobody is left.
 */
export async function readAmazon(files: AmazonFiles, options: AmazonOptions = {}): Promise<AmazonData> {
  const { categories = 1000, least = 5, most = 40 } = options;
  const reviews = await readReviews(files.reviews, options);
  const products = await readProducts(files.products, new Set(reviews.items), options);
  const { kept, left } = chooseItems(reviews, products, files.images);
  const { users, lists, tooFew, cut } = chooseUsers(reviews, kept, least, most);
  if (users.length === 0) {
    throw new InputError(
      `None of the ${reviews.users.length} users in ${files.reviews.name} has ${least} items with product, category and image; ` +
        `check that ${files.products.name} and the images belong to it.`,
    );
  }
  const used = [...new Set(lists.flat())].sort((a, b) => (reviews.items[a]! < reviews.items[b]! ? -1 : 1));
  const rows = new Map(used.map((item, row) => [item, row]));
  const { offsets, values: items } = concatenateLists(
    lists.map((list) => list.map((item) => rows.get(item)!)),
  );
  const all: Collections = {
    name: 'amazon',
    label:
      `Real reviews, categories and photos of Amazon (Amazon product data 2014, McAuley et al.; ${files.reviews.name}, ` +
      `${files.products.name}); a review stands for a purchase.`,
    users,
    offsets,
    items,
    photos: used.map((item) => reviews.items[item]!),
    ...categoriesOfItems(used.map((item) => kept.get(item)!.categories)),
  };
  const collections = keepFrequentCategories(all, categories);
  const report: AmazonReport = {
    reviews: { lines: reviews.lines, duplicates: reviews.duplicates, malformed: reviews.malformed },
    products: { lines: products.lines, duplicates: products.duplicates, malformed: products.malformed },
    items: { reviewed: reviews.items.length, ...left, kept: used.length },
    users: { all: reviews.users.length, tooFew, cut, kept: users.length },
    entries: items.length,
    categories: { all: all.categories.length, kept: collections.categories.length },
  };
  return { collections, images: used.map((item) => kept.get(item)!.image), report };
}

interface Item {
  readonly categories: Product['categories'];
  readonly image: Blob | string;
}

/** The items that have all that is needed, and those that lack something. */
function chooseItems(reviews: Reviews, { products }: Products, images: AmazonFiles['images']) {
  const kept = new Map<number, Item>();
  const withoutProduct: string[] = [];
  const withoutCategory: string[] = [];
  const withoutImage: string[] = [];
  reviews.items.forEach((asin, item) => {
    const product = products.get(asin);
    const image = images ? images.get(asin) : product?.imageUrl;
    if (!product) withoutProduct.push(asin);
    else if (product.categories.length === 0) withoutCategory.push(asin);
    else if (image === undefined) withoutImage.push(asin);
    else kept.set(item, { categories: product.categories, image });
  });
  const left = {
    withoutProduct: counted(withoutProduct),
    withoutCategory: counted(withoutCategory),
    withoutImage: counted(withoutImage),
  };
  return { kept, left };
}

/** The users that have enough items left, and their items. */
function chooseUsers(reviews: Reviews, kept: ReadonlyMap<number, Item>, least: number, most: number) {
  const users: string[] = [];
  const lists: number[][] = [];
  let cut = 0;
  reviews.itemsOf.forEach((list, user) => {
    const usable = list.filter((item) => kept.has(item));
    if (usable.length < least) return;
    if (usable.length > most) cut += 1;
    users.push(reviews.users[user]!);
    lists.push(usable.slice(0, most));
  });
  return { users, lists, tooFew: reviews.users.length - users.length, cut };
}

function categoriesOfItems(names: readonly (readonly string[])[]) {
  const places = new Map<string, number>();
  const lists = names.map((list) =>
    list.map((name) => {
      const known = places.get(name);
      if (known !== undefined) return known;
      places.set(name, places.size);
      return places.size - 1;
    }),
  );
  const { offsets, values } = concatenateLists(lists);
  return { categories: [...places.keys()], photoCategories: { offsets, categories: values } };
}

/**
 * Image files by `asin`: `0615391206.jpg` is the image of item `0615391206`. Other files are passed over.
 *
 * @param files for example all of a folder that a person chose
 * @throws InputError where two files are images of the same item.
 */
export function imageFiles(files: Iterable<File>): Map<string, File> {
  const images = new Map<string, File>();
  for (const file of files) {
    const asin = /^([A-Z0-9]{10})\.(?:jpe?g|png|webp|gif|avif)$/i.exec(file.name)?.[1]?.toUpperCase();
    if (asin === undefined) continue;
    const other = images.get(asin);
    if (other) {
      throw new InputError(`Both ${other.name} and ${file.name} are images of item ${asin}; give one.`);
    }
    images.set(asin, file);
  }
  return images;
}
