import { afterAll, describe, expect, test } from 'vitest';
import type { Backend, Program } from '../../engine/backend.ts';
import { featuresOf, parseFeatures } from '../../engine/data/feature-table.ts';
import { type ExtractionOptions, extractFeatures } from '../../engine/features/extract.ts';
import type { ExtractionProgress } from '../../engine/features/progress.ts';
import { openBackend } from '../../engine/open-backend.ts';
import { memoryFiles } from '../../engine/storage.ts';
import { decodeText, expectedFeatures, sources, tinyNetwork, tinyWeights } from './photos.ts';

const reference = await openBackend('reference');
afterAll(() => reference.dispose());

/** Photos 3, 12, 13, 14, 15 (all of a batch) and 40 are damaged. */
const damaged = [3, 12, 13, 14, 15, 40];
const count = 41;

const options = (more: Partial<ExtractionOptions> = {}): ExtractionOptions => ({
  store: memoryFiles(),
  name: 'tiny.safetensors',
  batch: 4,
  partSize: 10,
  network: tinyNetwork,
  loading: { decode: decodeText },
  ...more,
});

/** The reference, counting runs; `before` is called with the number of each run and may throw. */
function counting(before: (run: number) => void = () => {}) {
  const counted = { runs: 0 };
  const backend: Backend = {
    kind: reference.kind,
    description: reference.description,
    upload: (...given) => reference.upload(...given),
    async compile(...given) {
      const program = await reference.compile(...given);
      const run: Program['run'] = async (inputs) => {
        before(++counted.runs);
        return program.run(inputs);
      };
      return { ...program, run, dispose: () => program.dispose() } as Program;
    },
    dispose() {},
  };
  return { backend, counted };
}

describe('extractFeatures', () => {
  test('gives each photo its features, in order, and lists damaged photos', async () => {
    const { photos } = sources(count, damaged);
    const given = options({ dataType: 'float32', metadata: { label: 'colours' } });
    const {
      table,
      damaged: without,
      restored,
    } = await extractFeatures(reference, tinyWeights, photos, given);
    const good = [...photos.keys()].filter((index) => !damaged.includes(index));
    expect(table.photos).toEqual(good.map((index) => `photo ${index}`));
    expect([table.size, restored]).toEqual([4, 0]);
    good.forEach((index, row) => {
      const expected = expectedFeatures(index);
      [...featuresOf(table, row)].forEach((value, column) => {
        expect(value).toBeCloseTo(expected[column]!, 5);
      });
    });
    expect(without).toEqual(
      damaged.map((index) => ({ name: `photo ${index}`, reason: `Photo "photo ${index}" is damaged.` })),
    );
    const bytes = (await given.store.read(given.name))!;
    const file = parseFeatures(bytes.buffer, given.name);
    expect(file.table).toEqual(table);
    expect(file.metadata).toMatchObject({ model: 'tiny', label: 'colours' });
    expect(file.metadata.weights_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await given.store.names()).toEqual([given.name]);
  });

  test('interrupted and resumed, it gives the same bytes and computes no stored part again', async () => {
    const whole = options();
    await extractFeatures(reference, tinyWeights, sources(count, damaged).photos, whole);
    const expected = await whole.store.read(whole.name);

    const given = options();
    const abort = new AbortController();
    const stopped = counting((run) => {
      // Parts have 3 runs but the second, whose photos 12 to 15 are damaged: it has 2. This is in the middle of the third.
      if (run === 7) abort.abort(new Error('the tab is closed'));
    });
    const first = sources(count, damaged);
    await expect(
      extractFeatures(stopped.backend, tinyWeights, first.photos, { ...given, signal: abort.signal }),
    ).rejects.toThrow('the tab is closed');
    expect(await given.store.names()).toEqual(['tiny.safetensors.part-00000', 'tiny.safetensors.part-00001']);

    const second = sources(count, damaged);
    const again = counting();
    const seen: ExtractionProgress[] = [];
    const onProgress = (progress: ExtractionProgress) => void seen.push(progress);
    const resumed = await extractFeatures(again.backend, tinyWeights, second.photos, {
      ...given,
      onProgress,
    });
    expect(await given.store.read(given.name)).toEqual(expected);
    expect(await given.store.names()).toEqual([given.name]);
    expect(resumed.restored).toBe(20);
    expect(second.asked).toEqual([...photosAsked(0, 20), ...photosAsked(1, 21)]);
    // Photo 40 is a part of its own, and damaged.
    expect(again.counted.runs).toBe(6);
    expect(seen[0]).toMatchObject({ done: 10, total: count, restored: 10, damaged: 1, photosPerSecond: 0 });
    expect(seen.at(-1)).toMatchObject({ done: count, total: count, restored: 20, damaged: 6 });
    expect(seen.at(-1)!.photosPerSecond).toBeGreaterThan(0);
    expect(seen.at(-1)!.remainingSeconds).toBe(0);
    expect(seen.map(({ done }) => done)).toEqual([...seen].map(({ done }) => done).sort((a, b) => a - b));
  });

  test('a finished file is taken as it is; other weights, photos or types are not', async () => {
    const given = options();
    const { photos } = sources(count, damaged);
    const { table } = await extractFeatures(reference, tinyWeights, photos, given);
    const runsWith = async (weights: typeof tinyWeights, more: Partial<ExtractionOptions>, from = photos) => {
      const { backend, counted } = counting();
      const extraction = await extractFeatures(backend, weights, from, { ...given, ...more });
      return { runs: counted.runs, extraction };
    };
    const same = await runsWith(tinyWeights, {});
    expect(same).toMatchObject({ runs: 0, extraction: { table, restored: count } });
    expect(same.extraction.damaged).toHaveLength(damaged.length);
    expect((await runsWith(tinyWeights, { dataType: 'float32' })).runs).toBeGreaterThan(0);
    const other = {
      parameters: { ...tinyWeights.parameters, w: tinyWeights.parameters.w.map((x) => x + 1) },
    };
    expect((await runsWith(other, {})).runs).toBeGreaterThan(0);
    const renamed = photos.map(({ file }, index) => ({ file, name: `other ${index}` }));
    expect((await runsWith(other, {}, renamed)).extraction.table.photos[0]).toBe('other 0');
  });

  test('a part that is damaged in the store is computed again', async () => {
    const given = options();
    const abort = new AbortController();
    const { backend } = counting((run) => run === 7 && abort.abort());
    const interrupted = { ...given, signal: abort.signal };
    await extractFeatures(backend, tinyWeights, sources(count).photos, interrupted).catch(() => {});
    await given.store.write('tiny.safetensors.part-00000', Uint8Array.of(1, 2, 3));
    const { asked, photos } = sources(count);
    const { table } = await extractFeatures(reference, tinyWeights, photos, given);
    expect(asked.slice(0, 20)).toEqual([...photosAsked(1, 10), ...photosAsked(0, 10)]);
    const whole = await extractFeatures(reference, tinyWeights, sources(count).photos, options());
    expect(table).toEqual(whole.table);
  });

  test('a lost connection or a lost GPU stops it; what is stored stays', async () => {
    const given = options();
    const { photos } = sources(count);
    const failing = photos.map((photo, index) =>
      index === 25 ? { ...photo, file: () => Promise.reject(new TypeError('Failed to fetch')) } : photo,
    );
    await expect(extractFeatures(reference, tinyWeights, failing, given)).rejects.toThrow('Failed to fetch');
    expect(await given.store.names()).toEqual(['tiny.safetensors.part-00000', 'tiny.safetensors.part-00001']);
    const lost = counting((run) => {
      if (run === 2) throw new Error('the GPU is gone');
    });
    await expect(extractFeatures(lost.backend, tinyWeights, photos, given)).rejects.toThrow(
      'the GPU is gone',
    );
    expect(await given.store.names()).toEqual(['tiny.safetensors.part-00000', 'tiny.safetensors.part-00001']);
  });

  test('a full store stops it with the sentence of the store', async () => {
    const store = { ...memoryFiles(), write: () => Promise.reject(new Error('the storage is full')) };
    const extraction = extractFeatures(reference, tinyWeights, sources(count).photos, options({ store }));
    await expect(extraction).rejects.toThrow('the storage is full');
  });

  test('says what is wrong with what it is given', async () => {
    const extract = (
      photos = sources(3).photos,
      more: Partial<ExtractionOptions> = {},
      weights = tinyWeights,
    ) => extractFeatures(reference, weights, photos, options(more));
    await expect(extract([])).rejects.toThrow('There is no photo to extract features of; give some.');
    await expect(extract(undefined, { batch: 0 })).rejects.toThrow(
      'The option "batch" of the extraction is 0; give a whole number from 1.',
    );
    const [one] = sources(1).photos;
    await expect(extract([one!, one!])).rejects.toThrow('Two photos are called "photo 0"');
    await expect(extract(sources(2, [0, 1]).photos)).rejects.toThrow(
      'None of the 2 photos can be read: Photo "photo 0" is damaged.',
    );
    const empty = { parameters: {} } as unknown as typeof tinyWeights;
    await expect(extract(undefined, {}, empty)).rejects.toThrow(/w/);
    const infinite = {
      parameters: { ...tinyWeights.parameters, w: tinyWeights.parameters.w.map(() => -9e5) },
    };
    await expect(extract(undefined, {}, infinite)).rejects.toThrow(
      /A feature of photo "photo \d" is \d+, which float16 does not hold; check the weights, or extract as float32/,
    );
    const notANumber = {
      parameters: { ...tinyWeights.parameters, w: new Float32Array(12).fill(Number.NaN) },
    };
    await expect(extract(undefined, { dataType: 'float32' }, notANumber)).rejects.toThrow(
      /A feature of photo "photo 0" is NaN/,
    );
    await expect(extract(undefined, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
  });
});

function photosAsked(times: number, photos: number): number[] {
  return new Array<number>(photos).fill(times);
}
