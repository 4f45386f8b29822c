/**
 * `npm run features`, and the features that come with Warpbook computed again by it. Where the environment variables
 * `WARPBOOK_GROCERY_PHOTOS` and `WARPBOOK_CLOTHING_PHOTOS` name the folders of the original photos, other photos at
 * random each time are taken out of these too.
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { featuresOf, parseFeatures } from '../../engine/data/feature-table.ts';
import { compare } from '../../engine/reference/compare.ts';
import type { PageOrder } from '../../notebook/features/page-interface.ts';
import { extractInBrowser } from '../../notebook/features/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'warpbook-features-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shippedAt = (name: string) => resolve('notebook/samples', name, 'features.safetensors');

function read(path: string) {
  return parseFeatures(new Uint8Array(readFileSync(path)).buffer, path);
}

/** Copies some of the photos and extracts their features: the largest relative L2 error of a shipped row. */
async function again(name: string, from: string, count: number) {
  const keyed = readdirSync(from)
    .filter((file) => file.endsWith('.jpg'))
    .map((file) => ({ file, key: Math.random() }));
  const chosen = keyed.sort((a, b) => a.key - b.key).slice(0, count);
  const photos = join(folder, name);
  mkdirSync(photos);
  const names = chosen.map(({ file }) => file).sort();
  for (const file of names) copyFileSync(join(from, file), join(photos, file));
  writeFileSync(join(photos, 'broken.jpg'), 'no photo');
  const out = join(folder, `${name}-out`, 'features.safetensors');
  const order: PageOrder = {
    photos: ['broken.jpg', ...names],
    name: 'features.safetensors',
    batch: 4,
    dataType: 'float16',
    metadata: { label: 'some of them' },
    check: names.slice(0, 1),
  };
  const said: string[] = [];
  const result = await extractInBrowser(order, photos, out, (sentence) => said.push(sentence));
  const { table, metadata } = read(out);
  const shipped = read(shippedAt(name));
  const errors = table.photos.map((photo, row) => {
    const expected = featuresOf(shipped.table, shipped.table.photos.indexOf(photo));
    return { photo, relativeL2: compare(featuresOf(table, row), expected).relativeL2 };
  });
  return { result, names, table, metadata, errors, said, out, order, photos };
}

// Both sides are rounded to float16: twice 2^-11 at worst.
const tolerance = 1e-3;

test('features of a folder of photos, in a browser without a screen', async () => {
  const made = await again('grocery', resolve('notebook/samples/grocery'), 6);
  expect(made.said.at(-1)).toMatch(/^7 of 7 photos \(\d+\.\d\d a second, 0 min left\), 1 cannot be read$/);
  expect(made.table.photos).toEqual(made.names);
  expect(made.metadata).toMatchObject({ label: 'some of them', model: 'MobileNet v1 1.0 224' });
  expect(made.result.shape).toEqual([6, 1024]);
  expect(made.result.damaged).toEqual([
    { name: 'broken.jpg', reason: expect.stringContaining('is not an image that this browser reads') },
  ]);
  expect(made.result.checks).toHaveLength(1);
  expect(made.result.checks[0]!.relativeL2).toBeLessThan(5e-4);
  for (const { photo, relativeL2 } of made.errors) expect(relativeL2, photo).toBeLessThan(tolerance);
  // Nothing is computed again where the file is there.
  const twice = await extractInBrowser(made.order, made.photos, made.out, () => {});
  expect(twice.restored).toBe(7);
  expect(readdirSync(join(folder, 'grocery-out', '.cache', 'features'))).toEqual([]);
});

for (const name of ['grocery', 'clothing']) {
  const originals = process.env[`WARPBOOK_${name.toUpperCase()}_PHOTOS`];
  if (originals) {
    test(`shipped rows of original ${name} photos, chosen at random, are computed again`, async () => {
      rmSync(join(folder, name), { recursive: true, force: true });
      const { errors } = await again(name, originals, 20);
      expect(errors).toHaveLength(20);
      for (const { photo, relativeL2 } of errors) expect(relativeL2, photo).toBeLessThan(tolerance);
    });
  }
}
