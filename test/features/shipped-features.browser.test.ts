/**
 * The features that come with Warpbook, against those that this browser computes of the sample photos, and against
 * those that TensorFlow Lite computed of them.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { featuresOf, parseFeatures } from '../../engine/data/feature-table.ts';
import type { PhotoSource } from '../../engine/data/photo-loader.ts';
import { extractFeatures } from '../../engine/features/extract.ts';
import { openWebGpu } from '../../engine/gpu/backend.ts';
import { loadMobilenetV1 } from '../../engine/models/mobilenet_v1_weights.ts';
import { compare } from '../../engine/reference/compare.ts';
import { browserFiles, memoryFiles } from '../../engine/storage.ts';
import {
  groceryFeatures,
  households,
  loadPhotos,
  photoFile,
  referenceOutputs,
} from '../../notebook/samples/index.ts';

/** Rounding to float16 errs by 2^-11 of a value at most, 2.8e-4 of a vector on average; other rounding is below 1e-5. */
const tolerance = 5e-4;

const all = await households();
const names = [...new Set(all.flatMap(({ purchases }) => purchases.map(({ photo }) => photo)))];
const backend = await openWebGpu();
afterAll(() => backend.dispose());

function sample(count: number): string[] {
  // Others every time: names by a random key.
  const keyed = names.map((name) => ({ name, key: Math.random() }));
  return keyed
    .sort((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ name }) => name);
}

const sourcesOf = (photos: readonly string[], asked: string[] = []): PhotoSource[] =>
  photos.map((name) => ({
    name,
    file: () => {
      asked.push(name);
      return photoFile(name);
    },
  }));

describe('the features of the grocery photos', () => {
  test('are those of TensorFlow Lite for every sample photo', async () => {
    const { table, label } = await groceryFeatures();
    expect(label).toMatch(/Grocery Store Dataset/);
    const reference = await referenceOutputs();
    const row = new Map(table.photos.map((name, index) => [name, index]));
    expect(names.length).toBeGreaterThan(30);
    let compared = 0;
    for (const household of all) {
      for (const photo of await loadPhotos(household)) {
        const expected = (await reference.of(photo))!;
        if (!expected.samePixels) continue;
        const { relativeL2 } = compare(featuresOf(table, row.get(photo.name)!), expected.features);
        expect(relativeL2, photo.name).toBeLessThan(tolerance);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(30);
  });

  test('are computed again of a random sample; interrupted and resumed with the same bytes', async () => {
    const { table, metadata } = await groceryFeatures();
    const weights = await loadMobilenetV1();
    const chosen = sample(9);
    const given = { name: 'sample.safetensors', batch: 3, partSize: 3 };
    const whole = memoryFiles();
    const once = await extractFeatures(backend, weights, sourcesOf(chosen), { ...given, store: whole });
    const shipped = new Map(table.photos.map((name, index) => [name, index]));
    chosen.forEach((name, index) => {
      const again = featuresOf(once.table, index);
      const { relativeL2, worst } = compare(again, featuresOf(table, shipped.get(name)!));
      expect(relativeL2, name).toBeLessThan(tolerance);
      // Features are averages of ReLU6: from 0 to 6, where float16 has steps of 2^-8 at most.
      expect(Math.abs(worst.actual - worst.expected), name).toBeLessThanOrEqual(2 ** -8);
    });
    const file = parseFeatures((await whole.read(given.name))!.buffer, given.name);
    expect(file.metadata.weights_sha256).toBe(metadata.weights_sha256);
    expect(file.metadata.model).toBe(metadata.model);

    const database = `features-${Math.random()}`;
    const store = browserFiles(database);
    const abort = new AbortController();
    const interrupted = extractFeatures(backend, weights, sourcesOf(chosen), {
      ...given,
      store,
      signal: abort.signal,
      onProgress: ({ done }) => done >= given.partSize && abort.abort(),
    });
    await expect(interrupted).rejects.toThrow(/abort/i);
    const stored = await store.names();
    expect(stored[0]).toBe('sample.safetensors.part-00000');
    expect(stored.length).toBeLessThan(3);
    const asked: string[] = [];
    const resumed = await extractFeatures(backend, weights, sourcesOf(chosen, asked), { ...given, store });
    expect(resumed.restored).toBe(given.partSize * stored.length);
    expect(asked).toEqual(chosen.slice(given.partSize * stored.length));
    expect(await store.read(given.name)).toEqual(await whole.read(given.name));
    indexedDB.deleteDatabase(database);
  });
});
