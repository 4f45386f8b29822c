/**
 * Readers, splits, synthetic data and metrics: what cells import as `warpbook/data`. A chunk of its own, which the
 * engine's public face (`index.ts`) never loads by itself.
 */
export {
  type AmazonData,
  type AmazonFiles,
  type AmazonOptions,
  imageFiles,
  readAmazon,
} from './data/amazon/amazon.ts';
export type { NamedFile, ReadProgress } from './data/amazon/line-stream.ts';
export { type AmazonReport, describeAmazonReport } from './data/amazon/report.ts';
export { type Collections, type PhotoCategories, targetsOf } from './data/collections.ts';
export { type FeatureSource, featureSource } from './data/feature-source.ts';
export {
  type FeatureFile,
  type FeatureTable,
  featureRows,
  featuresOf,
  parseFeatures,
  readFeatures,
  serializeFeatures,
} from './data/feature-table.ts';
export { keepFrequentCategories, usersOfCategories } from './data/frequent-categories.ts';
export {
  type GroceryData,
  type GroceryOptions,
  type GroceryTables,
  groceryLabel,
  groceryPhotosLabel,
  readGrocery,
} from './data/grocery.ts';
export { type Household, type HouseholdData, type Purchase, parseHouseholds } from './data/households.ts';
export {
  type LoadedPhoto,
  PhotoLoader,
  type PhotoLoaderOptions,
  type PhotoSource,
  photosAt,
  photosOf,
} from './data/photo-loader.ts';
export {
  clothingLabel,
  type LabelledPhotos,
  type PhotoPart,
  readClothingPhotos,
} from './data/photo-table.ts';
export {
  type RaggedBatch,
  RaggedBatches,
  type RaggedBatchOptions,
  raggedBatches,
  type UserBatch,
} from './data/ragged-batches.ts';
export {
  type SyntheticData,
  type SyntheticTruth,
  syntheticCollections,
  syntheticLabel,
} from './data/synthetic.ts';
export type { SyntheticOptions } from './data/synthetic-options.ts';
export { splitUsers, type UserSplit, type UserSplitOptions } from './data/user-split.ts';
export { type Extraction, type ExtractionOptions, extractFeatures } from './features/extract.ts';
export { type FeatureNetwork, mobilenetV1Features } from './features/network.ts';
export type { DamagedPhoto } from './features/part.ts';
export type { ExtractionProgress } from './features/progress.ts';
export { areaUnderCurve, averagePrecision, meanOverRows } from './metrics/average-precision.ts';
export { categoryFrequency, mergePhotoPredictions, repeatScores } from './metrics/baselines.ts';
export { overSeeds, type SeedSummary } from './metrics/over-seeds.ts';
export {
  RankingMetrics,
  type RankingOptions,
  type RankingResult,
  rankingMetrics,
} from './metrics/ranking.ts';
export { topK } from './metrics/top-k.ts';
export { browserFiles, type FileStore, memoryFiles, StorageError } from './storage.ts';
