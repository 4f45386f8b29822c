/** What the shipped head is trained and measured on. For a page or a worker: files are fetched. */
import type { Collections, FeatureTable, UserSplit } from '../../engine/data.ts';
import { grocery, groceryFeatures, households } from '../../notebook/samples/index.ts';

/** Of the split, the photos, the initial parameters, the batches and the dropout. */
export const seed = 1;

/** Of the users; the others are tested. Nobody is needed for stage one, since the features are given. */
export const shares = { stageOne: 0, validation: 0.1 };

export interface HeadData {
  readonly collections: Collections;
  readonly split: UserSplit;
  readonly features: FeatureTable;
  /** What the features' file says about itself. */
  readonly featuresMetadata: Readonly<Record<string, string>>;
}

/** The grocery purchases; the sample households, which the quickstart shows, are among those that are tested. */
export async function headData(): Promise<HeadData> {
  const held = (await households()).map(({ id }) => id);
  const [{ collections, split }, features] = await Promise.all([
    grocery({ seed, ...shares, held }),
    groceryFeatures(),
  ]);
  return { collections, split, features: features.table, featuresMetadata: features.metadata };
}
