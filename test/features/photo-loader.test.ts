import { describe, expect, test } from 'vitest';
import type { Photo } from '../../engine/data/photo.ts';
import { PhotoLoader, type PhotoSource, photosAt, photosOf } from '../../engine/data/photo-loader.ts';
import { InputError } from '../../engine/errors.ts';
import { decodeText, sources } from './photos.ts';

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A decoder whose photos become ready when told, of 1 × `side` pixels. */
function gated(side = 1) {
  const waiting: { name: string; open: () => void }[] = [];
  let loading = 0;
  const most = { loading: 0 };
  const decode = async (_file: Blob, name: string): Promise<Photo> => {
    most.loading = Math.max(most.loading, ++loading);
    await new Promise<void>((open) => waiting.push({ name, open }));
    loading--;
    return { name, width: 1, height: side, pixels: new Uint8ClampedArray(side * 4) };
  };
  return { waiting, most, decode };
}

const names = async (loader: PhotoLoader, indices: Iterable<number>) => {
  const seen: string[] = [];
  for await (const loaded of loader.stream(indices)) {
    seen.push('photo' in loaded ? loaded.photo.name : `${loaded.index}: ${loaded.error.message}`);
  }
  return seen;
};

describe('PhotoLoader.stream', () => {
  test('gives photos in the order asked for, and says in its place what is wrong with one', async () => {
    const loader = new PhotoLoader(sources(6, [2]).photos, { decode: decodeText, ahead: 2 });
    expect(await names(loader, [5, 2, 0, 5, 1])).toEqual([
      'photo 5',
      '2: Photo "photo 2" is damaged.',
      'photo 0',
      'photo 5',
      'photo 1',
    ]);
    expect(await names(loader, [])).toEqual([]);
    expect(await names(loader, [6])).toEqual(['6: There is no photo 6 among 6; count from 0.']);
  });

  test('keeps its order when later photos are ready first', async () => {
    const { waiting, decode } = gated();
    const loader = new PhotoLoader(sources(3).photos, { decode });
    const all = names(loader, [0, 1, 2]);
    await turn();
    for (const { open } of [...waiting].reverse()) {
      open();
      await turn();
    }
    expect(await all).toEqual(['photo 0', 'photo 1', 'photo 2']);
  });

  test('loads ahead of the reader, but not more photos, not more at once, and not more bytes than allowed', async () => {
    const openAll = async (waiting: { open: () => void }[]) => {
      for (let i = 0; i < 100; i++) {
        for (const { open } of waiting.splice(0)) open();
        await turn();
      }
    };
    const asked = async (options: object) => {
      const { waiting, most, decode } = gated(100);
      const given = sources(50);
      const stream = new PhotoLoader(given.photos, { decode, cacheBytes: 0, ...options }).stream(
        given.photos.keys(),
      );
      const first = stream.next();
      await turn();
      const atOnce = most.loading;
      await openAll(waiting);
      expect((await first).value).toMatchObject({ index: 0 });
      await openAll(waiting);
      const loaded = given.asked.filter((times) => times > 0).length;
      await stream.return();
      return { atOnce, loaded };
    };
    // One is read, and then so many are ready before the next is asked for.
    expect(await asked({ ahead: 7, concurrency: 3 })).toEqual({ atOnce: 3, loaded: 8 });
    expect(await asked({ ahead: 7, concurrency: 30 })).toEqual({ atOnce: 7, loaded: 8 });
    // Photos of 400 bytes: with 1000 bytes, three are kept waiting, and up to one more that was being decoded.
    const { loaded } = await asked({ ahead: 40, concurrency: 1, aheadBytes: 1000 });
    expect(loaded).toBeGreaterThanOrEqual(4);
    expect(loaded).toBeLessThanOrEqual(5);
  });

  test('one photo larger than all bytes allowed still comes', async () => {
    const loader = new PhotoLoader(sources(3).photos, { decode: decodeText, aheadBytes: 1, cacheBytes: 1 });
    expect(await names(loader, [0, 1, 2])).toHaveLength(3);
    expect(loader.cacheBytes).toBe(0);
  });

  test('stops at an error that is not the fault of a photo, and when it is told to', async () => {
    const { photos } = sources(5);
    const failing: PhotoSource = { name: 'x', file: () => Promise.reject(new TypeError('Failed to fetch')) };
    const broken = new PhotoLoader([photos[0]!, failing, photos[2]!], { decode: decodeText });
    const stream = broken.stream([0, 1, 2]);
    expect((await stream.next()).value).toMatchObject({ index: 0 });
    await expect(stream.next()).rejects.toThrow('Failed to fetch');
    const abort = new AbortController();
    const stopped = new PhotoLoader(photos, { decode: decodeText }).stream([0, 1], { signal: abort.signal });
    await stopped.next();
    abort.abort(new Error('enough'));
    await expect(stopped.next()).rejects.toThrow('enough');
  });
});

describe('PhotoLoader.load', () => {
  test('keeps what was used last, within its bytes', async () => {
    // Photos of 3 × 2, 4 × 3, 5 × 4 and 6 × 5 pixels: 24, 48, 80 and 120 bytes.
    const { photos, asked } = sources(4);
    const loader = new PhotoLoader(photos, { decode: decodeText, cacheBytes: 160 });
    await loader.load(0);
    await loader.load(1);
    await loader.load(2);
    expect(loader.cacheBytes).toBe(152);
    await loader.load(0);
    expect(asked).toEqual([1, 1, 1, 0]);
    await loader.load(3);
    // 1 and 2 had to go; 0 was used later than they.
    expect(loader.cacheBytes).toBe(144);
    await loader.load(0);
    await loader.load(3);
    expect(asked).toEqual([1, 1, 1, 1]);
    await loader.load(1);
    expect(asked).toEqual([1, 2, 1, 1]);
  });

  test('loads a photo once when it is asked for twice at the same time, and again after a failure', async () => {
    const { photos, asked } = sources(2, [1]);
    const loader = new PhotoLoader(photos, { decode: decodeText });
    const [one, other] = await Promise.all([loader.load(0), loader.load(0)]);
    expect(one).toBe(other);
    await expect(loader.load(1)).rejects.toThrow(InputError);
    await expect(loader.load(1)).rejects.toThrow('Photo "photo 1" is damaged.');
    expect(asked).toEqual([1, 2]);
  });
});

describe('sources', () => {
  test('addresses keep names with special characters; a missing file is the photo’s fault, a failing server is not', async () => {
    const asked: string[] = [];
    const original = globalThis.fetch;
    globalThis.fetch = async (address) => {
      asked.push(String(address));
      const status = String(address).includes('gone') ? 404 : String(address).includes('failing') ? 503 : 200;
      return new Response(status === 200 ? 'bytes' : null, { status });
    };
    try {
      const photos = photosAt('http://shop.example/photos/', ['a b#1?.jpg', 'gone.jpg', 'failing.jpg']);
      expect(await (await photos[0]!.file()).text()).toBe('bytes');
      expect(asked).toEqual(['http://shop.example/photos/a%20b%231%3F.jpg']);
      await expect(photos[1]!.file()).rejects.toThrow(InputError);
      await expect(photos[1]!.file()).rejects.toThrow(
        'Photo "gone.jpg" could not be fetched from http://shop.example/photos/gone.jpg (404); check the address.',
      );
      const failing = photos[2]!.file();
      await expect(failing).rejects.toThrow(/\(503\)/);
      await expect(failing).rejects.not.toThrow(InputError);
    } finally {
      globalThis.fetch = original;
    }
  });

  test('chosen files are what they are', async () => {
    const file = new File(['x'], 'mine.png');
    const [source] = photosOf([file]);
    expect([source!.name, await source!.file()]).toEqual(['mine.png', file]);
    expect(() => new PhotoLoader([], { ahead: 0 })).toThrow(
      'A photo loader\'s "ahead" is 0; give a whole number from 1.',
    );
  });
});
