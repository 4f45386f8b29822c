/**
 * Readers, splits, synthetic data and metrics: what cells import as `warpbook/data`. A chunk of its own, which the
 * engine's public face (`index.ts`) never loads by itself.
 */
export { type Collections, type PhotoCategories, targetsOf } from './data/collections.ts';
export {
  type FeatureFile,
  type FeatureTable,
  featureRows,
  featuresOf,
  parseFeatures,
  serializeFeatures,
} from './data/feature-table.ts';
export { type Household, type HouseholdData, type Purchase, parseHouseholds } from './data/households.ts';
export {
  type LoadedPhoto,
  PhotoLoader,
  type PhotoLoaderOptions,
  type PhotoSource,
  photosAt,
  photosOf,
} from './data/photo-loader.ts';
export { type Extraction, type ExtractionOptions, extractFeatures } from './features/extract.ts';
export { type FeatureNetwork, mobilenetV1Features } from './features/network.ts';
export type { DamagedPhoto } from './features/part.ts';
export type { ExtractionProgress } from './features/progress.ts';
export { browserFiles, type FileStore, memoryFiles, StorageError } from './storage/file-store.ts';
