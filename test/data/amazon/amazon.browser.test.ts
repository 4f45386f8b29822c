/** The browser's own gunzip; the details are tested under Node. */
import { expect, test } from 'vitest';
import { readAmazon } from '../../../engine/data/amazon/amazon.ts';

async function gzipped(name: string, lines: readonly string[]): Promise<File> {
  const zipped = new Blob([lines.join('\n')]).stream().pipeThrough(new CompressionStream('gzip'));
  return new File([await new Response(zipped).arrayBuffer()], name);
}

const items = Array.from({ length: 5 }, (_, index) => `B00000000${index}`);
const reviews = items.flatMap((item) =>
  ['ANNA', 'BEN'].map((user) => JSON.stringify({ reviewerID: user, asin: item, unixReviewTime: 5 })),
);
const products = items.map(
  (item) =>
    `{'asin': '${item}', 'imUrl': 'http://x.test/${item}.jpg', 'categories': [['Home', u'Caf\\xe9 "no. 1"']]}`,
);

test('the published files are gunzipped and read', async () => {
  const { collections, images } = await readAmazon({
    reviews: await gzipped('reviews.json.gz', reviews),
    products: await gzipped('meta.json.gz', products),
  });
  expect(collections.users).toEqual(['ANNA', 'BEN']);
  expect(collections.categories).toEqual(['Café "no. 1"', 'Home']);
  expect(images[4]).toBe('http://x.test/B000000004.jpg');
});

test('a file that is cut short is refused in one sentence', async () => {
  const whole = await gzipped('meta.json.gz', products);
  const cut = new File([whole.slice(0, whole.size - 9)], 'meta.json.gz');
  const files = { reviews: await gzipped('reviews.json.gz', reviews), products: cut };
  await expect(readAmazon(files)).rejects.toThrow(/^meta\.json\.gz is cut short or damaged after line \d+ /);
});
