/** The whole grocery purchases and the tables of all photos. For the worker (or a page): files are fetched. */
import {
  type GroceryData,
  type GroceryOptions,
  type LabelledPhotos,
  readClothingPhotos,
  readGrocery,
} from '../../engine/data.ts';
import { InputError } from '../../engine/index.ts';
import clothingUrl from './clothing/photos.csv?url';
import photosUrl from './grocery/photos.csv?url';
import purchasesUrl from './grocery/purchases.csv?url';

async function fetchText(url: string, name: string): Promise<string> {
  const response = await fetch(url);
  if (response.ok) return response.text();
  throw new InputError(
    `The table ${name} could not be fetched (${response.status}); reload the page or check the server.`,
  );
}

/**
 * Purchases of 1,846 households, of whom 755 have five or more, each shown by a photo. Show `collections.label` wherever a result on them is shown.
 *
 * @throws InputError where a table cannot be fetched.
 */
export async function grocery(options: GroceryOptions = {}): Promise<GroceryData> {
  const [purchases, photos] = await Promise.all([
    fetchText(purchasesUrl, 'grocery/purchases.csv'),
    fetchText(photosUrl, 'grocery/photos.csv'),
  ]);
  return readGrocery({ purchases, photos }, options);
}

/**
 * The table of 3,781 photos of clothing in ten classes.
 *
 * @throws InputError where the table cannot be fetched.
 */
export async function clothingPhotos(): Promise<LabelledPhotos> {
  return readClothingPhotos(await fetchText(clothingUrl, 'clothing/photos.csv'), 'clothing/photos.csv');
}
