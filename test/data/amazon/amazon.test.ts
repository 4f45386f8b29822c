import { describe, expect, test } from 'vitest';
import { imageFiles, readAmazon } from '../../../engine/data/amazon/amazon.ts';
import { describeAmazonReport } from '../../../engine/data/amazon/report.ts';
import { targetsOf } from '../../../engine/data/collections.ts';
import { file, imageUrl, product, review } from './files.ts';

const reviewsName = 'reviews_Home_and_Kitchen_5.json.gz';
const productsName = 'meta_Home_and_Kitchen.json.gz';
const asin = (index: number) => `B${String(index).padStart(9, '0')}`;
const all = Array.from({ length: 60 }, (_, index) => asin(index));

/** Products 0 … 59: even ones are cookware, odd ones storage; product 3 is coffee as well. */
function paths(index: number): string {
  const kind = index % 2 === 0 ? "'Kitchen & Dining', 'Cookware'" : "'Storage & Organization'";
  return `[['Home & Kitchen', ${kind}]${index === 3 ? ", ['Grocery', u'Caf\\xe9']" : ''}]`;
}
const products = all.map((item, index) => product(item, paths(index)));
const buy = (user: string, items: readonly number[], time?: number) =>
  items.map((index) => review(user, asin(index), time));

describe('the published files', () => {
  const reviews = [
    ...buy('ANNA', [4, 3, 2, 1, 0]),
    ...buy('BEN', [0, 2, 4, 6]),
    ...buy(
      'CARLA',
      Array.from({ length: 50 }, (_, index) => index),
    ),
    // ANNA again: the same item later, and an earlier one in the last line.
    review('ANNA', asin(1), 1_400_000_000),
    review('ANNA', asin(9), 1_000_000_000),
  ];
  const files = { reviews: file(reviewsName, reviews), products: file(productsName, products) };

  test('as collections', async () => {
    const { collections, images, report } = await readAmazon(files);
    const { users, offsets, items, photos, categories } = collections;
    expect(users).toEqual(['ANNA', 'CARLA']);
    // In order of time: item 9 first. Of CARLA's 50 items the first 40 are kept.
    const boughtBy = (user: number) =>
      [...items.subarray(offsets[user], offsets[user + 1])].map((row) => photos[row]);
    expect(boughtBy(0)).toEqual([9, 4, 3, 2, 1, 0].map(asin));
    expect(boughtBy(1)).toEqual(all.slice(0, 40));
    expect(photos).toEqual(all.slice(0, 40));
    expect(images[7]).toBe(imageUrl(asin(7)));
    // By users, then by name; all here are bought by both.
    expect(categories).toEqual([
      'Café',
      'Cookware',
      'Grocery',
      'Home & Kitchen',
      'Kitchen & Dining',
      'Storage & Organization',
    ]);
    expect([...targetsOf(collections, [0])]).toEqual([1, 1, 1, 1, 1, 1]);
    expect(collections.label).toContain(reviewsName);
    expect(report).toEqual({
      reviews: { lines: 61, duplicates: 1, malformed: { count: 0, first: [] } },
      products: { lines: 60, duplicates: 0, malformed: { count: 0, first: [] } },
      items: {
        reviewed: 50,
        withoutProduct: { count: 0, first: [] },
        withoutCategory: { count: 0, first: [] },
        withoutImage: { count: 0, first: [] },
        kept: 40,
      },
      users: { all: 3, tooFew: 1, cut: 1, kept: 2 },
      entries: 46,
      categories: { all: 6, kept: 6 },
    });
    expect(describeAmazonReport(report)).toEqual([
      '2 of 3 users, 40 of 50 items, 46 entries, 6 of 6 categories.',
      '1 reviews repeat a user and an item; each pair counts once.',
      '1 users have too few items left, and were left out.',
      '1 users have too many items; their earliest were kept.',
    ]);
  });

  test('sizes and the number of categories are options', async () => {
    const { collections } = await readAmazon(files, { categories: 2, least: 4, most: 3 });
    expect(collections.users).toEqual(['ANNA', 'BEN', 'CARLA']);
    expect([...collections.offsets]).toEqual([0, 3, 6, 9]);
    // BEN has no storage; ties go by name.
    expect(collections.categories).toEqual(['Cookware', 'Home & Kitchen']);
    expect([...targetsOf(collections, [0, 1])]).toEqual([1, 1, 1, 1]);
  });

  test('as strict JSON and not gzipped they are the same', async () => {
    const strict = products.map((line, index) => {
      const item = asin(index);
      const list = index % 2 === 0 ? ['Kitchen & Dining', 'Cookware'] : ['Storage & Organization'];
      const categories = [['Home & Kitchen', ...list], ...(index === 3 ? [['Grocery', 'Café']] : [])];
      return index % 5 === 0 ? line : JSON.stringify({ asin: item, categories, imUrl: imageUrl(item) });
    });
    const plain = { reviews: file('r.json', reviews), products: file('p.json', strict) };
    const { collections } = await readAmazon(plain);
    const published = (await readAmazon(files)).collections;
    expect({ ...collections, label: '' }).toEqual({ ...published, label: '' });
  });

  test('progress names both files; a signal stops', async () => {
    const seen = new Set<string>();
    await readAmazon(files, { onProgress: (progress) => seen.add(progress.file) });
    expect([...seen]).toEqual([reviewsName, productsName]);
    const stop = { signal: AbortSignal.abort(new Error('enough')) };
    await expect(readAmazon(files, stop)).rejects.toThrow('enough');
  });

  test('images may be files, named by item', async () => {
    const names = ['B000000003.JPG', 'b000000004.png', ...[0, 1, 2, 9].map((index) => `${asin(index)}.jpg`)];
    const images = imageFiles([...names, 'notes.txt', 'IMG_2031.jpg'].map((name) => new File(['x'], name)));
    expect(images.size).toBe(6);
    const data = await readAmazon({ ...files, images });
    expect(data.collections.users).toEqual(['ANNA', 'CARLA']);
    expect(data.images.map((image) => (image as File).name).sort()).toEqual([...names].sort());
    expect(data.report.items.withoutImage.count).toBe(44);
    const twice = [new File(['x'], `${asin(1)}.jpg`), new File(['x'], `${asin(1)}.png`)];
    expect(() => imageFiles(twice)).toThrow(/Both B000000001\.jpg and B000000001\.png are images of item/);
  });
});

describe('what is wrong in them is left out and said', () => {
  test('malformed lines, missing products, categories and images', async () => {
    const reviews = [
      ...buy('ANNA', [0, 1, 2, 3, 4, 5, 6, 7]),
      '{"reviewerID": "ANNA", "asin": ',
      '',
      'not a record',
      '{"asin": "B000000001"}',
      '{"reviewerID": 7, "asin": "B000000001"}',
      '[1, 2]',
      '{"reviewerID": "", "asin": "B000000001"}',
      ...buy('BEN', [5, 6, 7, 8, 0]),
    ];
    const lines = [
      product(asin(0), paths(0)),
      product(asin(1), paths(1)),
      // A second line about the same item does not count.
      product(asin(1), "[['Toys']]"),
      product(asin(2), paths(2)),
      product(asin(3), paths(3)),
      product(asin(4), paths(4)),
      product(asin(5), '[]'),
      product(asin(6), paths(6), ''),
      product(
        asin(7),
        paths(7),
        "'imUrl': 'http://g-ecx.images-amazon.com/images/G/01/x-site/icons/no-img-sm.gif', ",
      ),
      `{'asin': '${asin(8)}', 'categories': [['Home & Kitchen'`,
      `{'title': 'no item', 'categories': [['A']]}`,
      // Nobody reviewed it: not read beyond its first field.
      "{'asin': 'B999999999', 'categories': nonsense",
      `{'asin': '${asin(8)}', 'categories': 'Home'}`,
    ];
    const { collections, report } = await readAmazon({
      reviews: file(reviewsName, reviews),
      products: file(productsName, lines),
    });
    expect(collections.users).toEqual(['ANNA']);
    expect(collections.photos).toEqual(all.slice(0, 5));
    expect(collections.categories).not.toContain('Toys');
    expect(report.reviews.lines).toBe(19);
    expect(report.reviews.malformed.count).toBe(6);
    expect(report.reviews.malformed.first.map(({ line }) => line)).toEqual([9, 11, 12, 13, 14]);
    expect(report.reviews.malformed.first.map(({ reason }) => reason).slice(1)).toEqual([
      'this is no value at character 1',
      '"reviewerID" is missing',
      '"reviewerID" is no text',
      'the line is no dictionary',
    ]);
    expect(report.products).toMatchObject({
      lines: 13,
      duplicates: 1,
      malformed: {
        count: 3,
        first: [
          { line: 10, reason: 'the text ends too early at character 56' },
          { line: 11, reason: '"asin" is missing' },
          { line: 13, reason: '"categories" is no list' },
        ],
      },
    });
    expect(report.items).toEqual({
      reviewed: 9,
      withoutProduct: { count: 1, first: [asin(8)] },
      withoutCategory: { count: 1, first: [asin(5)] },
      withoutImage: { count: 2, first: [asin(6), asin(7)] },
      kept: 5,
    });
    const sentences = describeAmazonReport(report);
    expect(sentences).toContain('2 items have no image, and were left out: B000000006, B000000007.');
    expect(sentences.find((sentence) => sentence.startsWith('6 review lines'))).toMatch(
      /^6 review lines are malformed, and were left out: line 9 \(.*\), line 11 .*, …\.$/,
    );
  });

  test.each([
    [
      'reviews that are products',
      { reviews: products },
      /reviews.*has no reviews: line 1: "reviewerID" is missing;/,
    ],
    [
      'products that are reviews',
      { products: buy('X', [0, 1, 2]) },
      /None of the 1 users .* has 5 items with product/,
    ],
    [
      'products that are something else',
      { products: ['a', 'b'] },
      /meta.* has no products: line 1: this is no value/,
    ],
    ['nothing', { reviews: [] }, /reviews_Home_and_Kitchen_5\.json\.gz has no reviews; give the review file/],
  ])('%s are refused', async (_, change, message) => {
    const { reviews, products: meta } = { reviews: buy('ANNA', [0, 1, 2, 3, 4]), products, ...change };
    const files = { reviews: file(reviewsName, reviews), products: file(productsName, meta) };
    await expect(readAmazon(files)).rejects.toThrow(message);
  });

  test('a product file that is cut short is refused in one sentence', async () => {
    const whole = file(productsName, products);
    const cut = { name: productsName, data: whole.data.slice(0, whole.data.size - 30) };
    const reviews = file(reviewsName, buy('ANNA', [0, 1, 2, 3, 4]));
    await expect(readAmazon({ reviews, products: cut })).rejects.toThrow(
      /^meta_Home_and_Kitchen\.json\.gz is cut short or damaged after line \d+ /,
    );
  });
});
