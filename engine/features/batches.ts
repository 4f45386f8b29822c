/** Photos gathered into batches for the network. */
import type { Photo } from '../data/photo.ts';
import { packPhotos, photoCapacity } from '../data/photo-batch.ts';
import type { LoadedPhoto } from '../data/photo-loader.ts';
import type { DamagedPhoto } from './part.ts';

/** Pixels of a batch, unless one photo alone has more: 64 MiB. */
export const batchPixels = 2 ** 24;

/** What goes to the GPU at once: consecutive photos of one part. */
export interface PhotoGroup {
  readonly part: number;
  readonly photos: readonly Photo[];
  /** Photos of the part found damaged since its previous group. */
  readonly damaged: readonly DamagedPhoto[];
  /** Whether the part ends here. */
  readonly last: boolean;
}

/**
 * Groups of up to `batch` photos and `batchPixels` pixels. A group ends with its part, so that it is the same photos
 * whether the work was interrupted or not. The last group of a part may have no photo.
 *
 * @param loaded all photos of each part, in order
 * @param partOf the part of a photo
 * @param isLast whether a photo is its part's last
 */
export async function* groups(
  loaded: AsyncIterable<LoadedPhoto>,
  nameOf: (index: number) => string,
  { batch, partOf, isLast }: { batch: number; partOf(index: number): number; isLast(index: number): boolean },
): AsyncGenerator<PhotoGroup, void, undefined> {
  let photos: Photo[] = [];
  let damaged: DamagedPhoto[] = [];
  let pixels = 0;
  const take = (part: number, last: boolean): PhotoGroup => {
    const group = { part, photos, damaged, last };
    photos = [];
    damaged = [];
    pixels = 0;
    return group;
  };
  for await (const result of loaded) {
    const { index } = result;
    const part = partOf(index);
    if ('error' in result) {
      damaged.push({ name: nameOf(index), reason: result.error.message });
    } else {
      const { photo } = result;
      const more = photo.width * photo.height;
      if (photos.length > 0 && pixels + more > batchPixels) yield take(part, false);
      photos.push(photo);
      pixels += more;
    }
    if (isLast(index) || photos.length === batch) yield take(part, isLast(index));
  }
}

/**
 * Packs a group for a program of `batch` photos. Missing photos repeat the last one, which takes no further pixels.
 *
 * @param least pixels to make room for at least
 */
export function packGroup(photos: readonly Photo[], batch: number, least: number) {
  const total = photos.reduce((sum, { width, height }) => sum + width * height, 0);
  const { pixels, layout, capacity } = packPhotos(photos, Math.max(least, photoCapacity(total)));
  const rows = new Uint32Array(batch * 3);
  rows.set(layout);
  for (let row = photos.length; row < batch; row++) rows.set(layout.subarray(-3), row * 3);
  return { pixels, layout: rows, capacity };
}
