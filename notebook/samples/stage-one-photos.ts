/** The photos that come with Warpbook for fine-tuning MobileNet at reduced size. For the worker (or a page): files are fetched. */
import { decodePhoto, InputError, type Photo } from '../../engine/index.ts';

const addresses = import.meta.glob<string>('./grocery/stage-one/*.jpg', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** Photos of the Grocery Store Dataset, each named as its row in the photo table. */
export interface StageOnePhotos {
  /** Five of each of 43 coarse classes, of the authors' training split. */
  readonly train: readonly Photo[];
  /** One of each class that has some, of their validation split. */
  readonly validation: readonly Photo[];
}

/**
 * Fetches and decodes 252 photos (3.5 MB).
 *
 * @throws InputError where one cannot be fetched or decoded.
 */
export async function stageOnePhotos(): Promise<StageOnePhotos> {
  const photos = await Promise.all(
    Object.entries(addresses).map(async ([path, address]) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      const response = await fetch(address);
      if (!response.ok) {
        throw new InputError(
          `Sample photo "${name}" could not be fetched (${response.status}); reload the page or check the server.`,
        );
      }
      return decodePhoto(await response.blob(), name);
    }),
  );
  return {
    train: photos.filter(({ name }) => name.startsWith('train_')),
    validation: photos.filter(({ name }) => name.startsWith('val_')),
  };
}
