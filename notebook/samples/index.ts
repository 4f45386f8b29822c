/** The sample households that come with Warpbook, and their photos. For the worker (or a page): files are fetched. */
import { type Household, parseHouseholds } from '../../engine/data.ts';
import { decodePhoto, InputError, type Photo } from '../../engine/index.ts';
import content from './grocery/households.json';

const photoUrls = import.meta.glob<string>('./grocery/*.jpg', {
  query: '?url',
  import: 'default',
  eager: true,
});

const decoded = new Map<string, Promise<Photo>>();

/** The sample households. Show `label` wherever a result on them is shown. */
export async function households(): Promise<readonly Household[]> {
  return parseHouseholds(content, 'households.json').households;
}

/**
 * The original JPEG of one sample photo, for display.
 *
 * @param file `Purchase.photo`
 * @throws InputError where there is no such sample or it cannot be fetched.
 */
export async function photoFile(file: string): Promise<File> {
  const url = photoUrls[`./grocery/${file}`];
  if (!url) {
    throw new InputError(`There is no sample photo "${file}"; take one from a purchase of households().`);
  }
  const response = await fetch(url);
  if (!response.ok) {
    throw new InputError(
      `Sample photo "${file}" could not be fetched (${response.status}); reload the page or check the server.`,
    );
  }
  return new File([await response.blob()], file, { type: 'image/jpeg' });
}

/**
 * The photos of a household's purchases, decoded, in the order of its purchases. A product bought twice has the same
 * photo twice.
 *
 * @throws InputError where a photo cannot be fetched or decoded.
 */
export async function loadPhotos(household: Household): Promise<Photo[]> {
  return Promise.all(household.purchases.map(({ photo }) => decodeOnce(photo)));
}

function decodeOnce(file: string): Promise<Photo> {
  const existing = decoded.get(file);
  if (existing) return existing;
  const photo = photoFile(file).then((blob) => decodePhoto(blob, file));
  decoded.set(file, photo);
  // A failure is not remembered: the next call tries again.
  photo.catch(() => decoded.delete(file));
  return photo;
}

export { clothingFeatures, groceryFeatures, type SampleFeatures } from './features.ts';
export { clothingPhotos, grocery } from './packs.ts';
export { type ReferenceOutput, type ReferenceOutputs, referenceOutputs } from './references.ts';
export { type StageOnePhotos, stageOnePhotos } from './stage-one-photos.ts';
