/** Features of thousands of photos, extracted beforehand: `npm run features` made the files. */
import type { FeatureTable } from '../../engine/data.ts';
import { InputError, loadSafetensors } from '../../engine/index.ts';

/** Features that come with Warpbook. */
export interface SampleFeatures {
  /** `[P, 1024]` as float16: what MobileNet v1 makes of each photo. */
  readonly table: FeatureTable;
  /** What the photos are. Show it wherever a result on them is shown. */
  readonly label: string;
  /** What else the file says, such as `model` and `weights_file_sha256`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const addresses = {
  grocery: new URL('./grocery/features.safetensors', import.meta.url),
  clothing: new URL('./clothing/features.safetensors', import.meta.url),
};

const loading = new Map<string, Promise<SampleFeatures>>();

/**
 * Features of the 5,421 photos of the Grocery Store Dataset (11.4 MB), fetched once.
 *
 * @throws SafetensorsError where they cannot be had.
 */
export function groceryFeatures(): Promise<SampleFeatures> {
  return loadOnce('grocery');
}

/**
 * Features of the 3,781 photos of the small Clothing dataset (7.9 MB), fetched once.
 *
 * @throws SafetensorsError where they cannot be had.
 */
export function clothingFeatures(): Promise<SampleFeatures> {
  return loadOnce('clothing');
}

function loadOnce(name: keyof typeof addresses): Promise<SampleFeatures> {
  const existing = loading.get(name);
  if (existing) return existing;
  const features = load(name);
  loading.set(name, features);
  // A failure is not remembered: the next call tries again.
  features.catch(() => loading.delete(name));
  return features;
}

async function load(name: keyof typeof addresses): Promise<SampleFeatures> {
  const fileName = `${name}/features.safetensors`;
  const [{ readFeatures }, file] = await Promise.all([
    import('../../engine/data.ts'),
    loadSafetensors(addresses[name], { fileName }),
  ]);
  const { table, metadata } = readFeatures(file);
  const { label } = metadata;
  if (!label) {
    throw new InputError(
      `${fileName} says not what its photos are; extract the features again with --label.`,
    );
  }
  return { table, label, metadata };
}
