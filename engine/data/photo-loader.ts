/** Photos decoded ahead of whoever uses them, with a bounded number of bytes in memory. */
import { InputError } from '../errors.ts';
import { decodePhoto, type Photo } from './photo.ts';

/** A photo that can be had. */
export interface PhotoSource {
  /** How messages, captions and tables name it. */
  readonly name: string;
  /**
   * The file, read or fetched when it is needed.
   *
   * @throws InputError where this photo cannot be had (a missing file): it is passed over. Any other error stops the
   * whole work, for example a connection that is gone.
   */
  file(): Promise<Blob>;
}

/** What became of a photo. */
export type LoadedPhoto =
  | { readonly index: number; readonly photo: Photo }
  /** The photo is missing or damaged. */
  | { readonly index: number; readonly error: InputError };

export interface PhotoLoaderOptions {
  /** Photos that `stream` loads before they are asked for. Default 32. */
  readonly ahead?: number;
  /** Decoded bytes that wait at most, but for the photos being decoded. Default 256 MiB. */
  readonly aheadBytes?: number;
  /** Photos being loaded at the same time. Default 4. */
  readonly concurrency?: number;
  /** Decoded bytes that are kept for the next time, those unused for longest going first. Default 256 MiB. */
  readonly cacheBytes?: number;
  /** How a file becomes pixels. Default `decodePhoto`, for which the browser decodes on threads of its own. */
  readonly decode?: (file: Blob, name: string) => Promise<Photo>;
}

/** Loads photos by their index in a list of sources. */
export class PhotoLoader {
  readonly sources: readonly PhotoSource[];
  readonly #ahead: number;
  readonly #aheadBytes: number;
  readonly #concurrency: number;
  readonly #cacheLimit: number;
  readonly #decode: (file: Blob, name: string) => Promise<Photo>;
  /** Oldest use first. */
  readonly #cache = new Map<number, Photo>();
  #cacheBytes = 0;
  readonly #loading = new Map<number, Promise<Photo>>();

  constructor(sources: readonly PhotoSource[], options: PhotoLoaderOptions = {}) {
    this.sources = sources;
    this.#ahead = positive('ahead', options.ahead ?? 32);
    this.#concurrency = positive('concurrency', options.concurrency ?? 4);
    this.#aheadBytes = options.aheadBytes ?? 2 ** 28;
    this.#cacheLimit = options.cacheBytes ?? 2 ** 28;
    this.#decode = options.decode ?? decodePhoto;
  }

  /** Bytes of pixels that are kept for the next time. */
  get cacheBytes(): number {
    return this.#cacheBytes;
  }

  /**
   * One photo, out of the cache where it is there. Asked for twice at the same time, it is loaded once.
   *
   * @throws InputError where it is missing or damaged; else what its source throws.
   */
  async load(index: number): Promise<Photo> {
    const source = this.sources[index];
    if (!source) {
      throw new InputError(`There is no photo ${index} among ${this.sources.length}; count from 0.`);
    }
    const kept = this.#cache.get(index);
    if (kept) {
      this.#cache.delete(index);
      this.#cache.set(index, kept);
      return kept;
    }
    const existing = this.#loading.get(index);
    if (existing) return existing;
    const loading = (async () => this.#decode(await source.file(), source.name))();
    this.#loading.set(index, loading);
    try {
      const photo = await loading;
      this.#keep(index, photo);
      return photo;
    } finally {
      this.#loading.delete(index);
    }
  }

  /**
   * Photos in the order of these indices, loaded ahead of the reader. A missing or damaged photo is reported in its
   * place.
   *
   * @throws what a source throws that is no InputError; the reason of `signal`.
   */
  async *stream(
    indices: Iterable<number>,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<LoadedPhoto, void, undefined> {
    const wanted = indices[Symbol.iterator]();
    const waiting: Promise<LoadedPhoto>[] = [];
    let waitingBytes = 0;
    let loading = 0;
    let ended = false;
    const fill = () => {
      while (
        !ended &&
        waiting.length < this.#ahead &&
        loading < this.#concurrency &&
        (waitingBytes < this.#aheadBytes || waiting.length === 0)
      ) {
        const next = wanted.next();
        if (next.done) return;
        loading++;
        const loaded = this.#attempt(next.value).then((result) => {
          waitingBytes += bytesOf(result);
          return result;
        });
        // Heard when its turn comes.
        loaded
          .catch(() => {})
          .then(() => {
            loading--;
            fill();
          });
        waiting.push(loaded);
      }
    };
    try {
      for (;;) {
        signal?.throwIfAborted();
        fill();
        const first = waiting.shift();
        if (!first) return;
        const loaded = await first;
        waitingBytes -= bytesOf(loaded);
        fill();
        signal?.throwIfAborted();
        yield loaded;
      }
    } finally {
      ended = true;
    }
  }

  async #attempt(index: number): Promise<LoadedPhoto> {
    try {
      return { index, photo: await this.load(index) };
    } catch (error) {
      if (error instanceof InputError) return { index, error };
      throw error;
    }
  }

  #keep(index: number, photo: Photo): void {
    const bytes = photo.pixels.byteLength;
    if (bytes > this.#cacheLimit) return;
    this.#cache.set(index, photo);
    this.#cacheBytes += bytes;
    for (const [oldest, { pixels }] of this.#cache) {
      if (this.#cacheBytes <= this.#cacheLimit) break;
      this.#cache.delete(oldest);
      this.#cacheBytes -= pixels.byteLength;
    }
  }
}

/**
 * Photos at addresses, fetched when needed. A photo that the server does not have (404, 410) is passed over.
 *
 * @param base the folder's address, with a trailing slash
 */
export function photosAt(base: string | URL, names: readonly string[]): PhotoSource[] {
  return names.map((name) => ({
    name,
    async file() {
      const address = new URL(name.split('/').map(encodeURIComponent).join('/'), base);
      const response = await fetch(address);
      if (response.ok) return response.blob();
      const sentence = `Photo "${name}" could not be fetched from ${address} (${response.status}); check the address.`;
      throw response.status === 404 || response.status === 410
        ? new InputError(sentence)
        : new Error(sentence);
    },
  }));
}

/** Files that somebody chose or dropped. */
export function photosOf(files: Iterable<File>): PhotoSource[] {
  return Array.from(files, (file) => ({ name: file.name, file: async () => file }));
}

function bytesOf(loaded: LoadedPhoto): number {
  return 'photo' in loaded ? loaded.photo.pixels.byteLength : 0;
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InputError(`A photo loader's "${name}" is ${value}; give a whole number from 1.`);
}
