/** Photos of different sizes as one ragged batch: what the graph's `imagePreprocess` takes. */
import { InputError } from '../errors.ts';
import type { Photo } from './photo.ts';

/** Photos one after the other. */
export interface PhotoBatch {
  /** `uint8 [capacity, 4]`: the photos' RGBA rows, then zeros. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  /** `uint32 [B, 3]`: for each photo its first pixel, its height, its width. */
  readonly layout: Uint32Array<ArrayBuffer>;
  /** Pixels that `pixels` has room for. */
  readonly capacity: number;
}

/** The least capacity of a batch, in pixels: 256 KiB. */
export const minimumPhotoCapacity = 65_536;

/** Pixels to make room for: a power of two, so that batches of like size share one compiled program. */
export function photoCapacity(pixels: number): number {
  let capacity = minimumPhotoCapacity;
  while (capacity < pixels) capacity *= 2;
  return capacity;
}

/**
 * Packs photos in order.
 *
 * @param capacity pixels to make room for; by default `photoCapacity` of what the photos have
 * @throws InputError where there is no photo, a photo's pixels do not match its size, or the photos exceed the capacity.
 */
export function packPhotos(photos: readonly Photo[], capacity?: number): PhotoBatch {
  if (photos.length === 0) {
    throw new InputError('A batch of photos needs at least one photo; give one or more.');
  }
  for (const { name, width, height, pixels } of photos) {
    if (width * height === 0 || pixels.length !== width * height * 4) {
      throw new InputError(
        `Photo "${name}" has ${pixels.length} bytes, but ${width}×${height} RGBA takes ${width * height * 4}; decode it again.`,
      );
    }
  }
  const total = photos.reduce((sum, { width, height }) => sum + width * height, 0);
  const room = capacity ?? photoCapacity(total);
  if (total > room) {
    throw new InputError(
      `The photos have ${total} pixels together, but the batch has room for ${room}; use fewer photos or a larger capacity.`,
    );
  }
  const batch = {
    pixels: new Uint8Array(room * 4),
    layout: new Uint32Array(photos.length * 3),
    capacity: room,
  };
  let first = 0;
  photos.forEach(({ width, height, pixels }, index) => {
    batch.pixels.set(pixels, first * 4);
    batch.layout.set([first, height, width], index * 3);
    first += width * height;
  });
  return batch;
}
