/** Features of thousands of photos: decoded ahead of the GPU, stored part by part, resumed where it was interrupted. */
import type { Backend, HostParameters } from '../backend.ts';
import { checkPhotoNames, type FeatureTable } from '../data/feature-table.ts';
import { PhotoLoader, type PhotoLoaderOptions, type PhotoSource } from '../data/photo-loader.ts';
import { toFloat16 } from '../data-type.ts';
import { EngineError, InputError } from '../errors.ts';
import { parametersSha256, sha256 } from '../formats/sha256.ts';
import type { FileStore } from '../storage/file-store.ts';
import { groups, type PhotoGroup } from './batches.ts';
import { type FeatureNetwork, featureGraph, mobilenetV1Features, parametersOf } from './network.ts';
import {
  type DamagedPhoto,
  type FeaturePart,
  joinParts,
  partName,
  partPrefix,
  readPart,
  serializePart,
} from './part.ts';
import { type ExtractionProgress, ProgressCount } from './progress.ts';
import { FeatureRunner } from './runner.ts';

export interface ExtractionOptions {
  /** Where the features are kept, and until then their parts: `browserFiles()`, `memoryFiles()`, … */
  readonly store: FileStore;
  /** The file's name in the store. Parts have this name with `.part-00000` and so on behind it. */
  readonly name: string;
  /** Photos a run. Default 8. */
  readonly batch?: number;
  /** Photos a part: what an interruption may lose. Default 256. */
  readonly partSize?: number;
  /** How numbers are kept. Default float16. */
  readonly dataType?: 'float16' | 'float32';
  /** Default MobileNet v1. */
  readonly network?: FeatureNetwork;
  /** Entries for the file, such as `label`: what is real in the data and what is not. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly onProgress?: (progress: ExtractionProgress) => void;
  /** Stops the work between two batches; called again with the same store and name, it goes on from there. */
  readonly signal?: AbortSignal;
  readonly loading?: PhotoLoaderOptions;
}

export interface Extraction {
  /** A row for each photo that could be read, in the order of the sources. */
  readonly table: FeatureTable;
  readonly damaged: readonly DamagedPhoto[];
  /** Photos whose features were taken from the store. */
  readonly restored: number;
}

/**
 * Extracts the features of photos and stores them as a safetensors file (`parseFeatures` reads it).
 *
 * What is stored is used again only where network, weights, data type, batch and the photos' names are the same; a
 * photo whose content changed under the same name is not noticed: remove the file then. Interrupted or not, the
 * file has the same bytes.
 *
 * @param weights parameters by name, for example those of `loadMobilenetV1`
 * @param photos no two of the same name
 * @throws InputError where there is no photo, or none that can be read; StorageError; the reason of `signal`; what a
 * source throws that is no InputError. Parts that are stored stay.
 */
export async function extractFeatures(
  backend: Backend,
  weights: { readonly parameters: HostParameters },
  photos: readonly PhotoSource[],
  options: ExtractionOptions,
): Promise<Extraction> {
  const { store, name, batch = 8, partSize = 256, dataType = 'float16', signal } = options;
  const network = options.network ?? mobilenetV1Features;
  if (photos.length === 0) throw new InputError('There is no photo to extract features of; give some.');
  for (const [what, value] of Object.entries({ batch, partSize })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new InputError(`The option "${what}" of the extraction is ${value}; give a whole number from 1.`);
    }
  }
  const names = photos.map((photo) => photo.name);
  checkPhotoNames(names);
  signal?.throwIfAborted();

  const parameters = parametersOf(featureGraph(network, batch, 1), weights.parameters);
  const weightsSha256 = await parametersSha256(parameters);
  const fingerprint = (some: readonly string[]) =>
    sha256(JSON.stringify([network.name, network.imageSize, weightsSha256, dataType, batch, partSize, some]));
  const whole = await fingerprint(names);
  const finished = await readPart(store, name, whole);
  const progress = new ProgressCount(photos.length, options.onProgress);
  if (finished) {
    progress.restore(photos.length, finished.damaged.length);
    await removeParts(store, name);
    return { ...finished, restored: photos.length };
  }

  const count = Math.ceil(photos.length / partSize);
  const parts: (FeaturePart | undefined)[] = [];
  const fingerprints: string[] = [];
  const missing: number[] = [];
  for (let part = 0; part < count; part++) {
    const first = part * partSize;
    const end = Math.min(first + partSize, photos.length);
    fingerprints[part] = await fingerprint(names.slice(first, end));
    parts[part] = await readPart(store, partName(name, part), fingerprints[part]!);
    if (parts[part]) progress.restore(end - first, parts[part]!.damaged.length);
    else for (let index = first; index < end; index++) missing.push(index);
  }

  const loader = new PhotoLoader(photos, { cacheBytes: 0, ...options.loading });
  const loaded = groups(loader.stream(missing, { signal }), (index) => names[index]!, {
    batch,
    partOf: (index) => Math.floor(index / partSize),
    isLast: (index) => index % partSize === partSize - 1 || index === photos.length - 1,
  });
  const runner = new FeatureRunner(backend, network, batch, parameters);
  /** Groups of the part that is under way. */
  let collected: { group: PhotoGroup; features: Float32Array }[] = [];
  const finish = async (group: PhotoGroup, features: Float32Array) => {
    checkFinite(group, features, dataType);
    collected.push({ group, features });
    progress.advance(group.photos.length + group.damaged.length, group.damaged.length);
    if (!group.last) return;
    const part = makePart(collected, runner.size, dataType);
    collected = [];
    parts[group.part] = part;
    await store.write(partName(name, group.part), serializePart(part, fingerprints[group.part]!));
  };
  let before: Promise<void> = Promise.resolve();
  try {
    for await (const group of loaded) {
      // Queued behind the batch that runs, so that the GPU goes from one to the next.
      const { features } = await runner.start(group.photos);
      await before;
      before = features.then((rows) => finish(group, rows));
      before.catch(() => {}); // Heard at the next turn.
      signal?.throwIfAborted();
    }
    await before;
  } finally {
    await before.catch(() => {});
    await runner.dispose();
  }

  const result = joinParts(parts as FeaturePart[]);
  const [firstDamaged] = result.damaged;
  if (result.table.photos.length === 0) {
    throw new InputError(`None of the ${photos.length} photos can be read: ${firstDamaged?.reason}`);
  }
  const metadata = { ...options.metadata, model: network.name, weights_sha256: weightsSha256 };
  await store.write(name, serializePart(result, whole, metadata));
  await removeParts(store, name);
  return { ...result, restored: progress.restored };
}

/** The part that these groups make. */
function makePart(
  collected: readonly { readonly group: PhotoGroup; readonly features: Float32Array }[],
  size: number,
  dataType: 'float16' | 'float32',
): FeaturePart {
  const photos = collected.flatMap(({ group }) => group.photos.map((photo) => photo.name));
  const rows = new Float32Array(photos.length * size);
  let position = 0;
  for (const { features } of collected) {
    rows.set(features, position);
    position += features.length;
  }
  const data = dataType === 'float16' ? toFloat16(rows) : rows;
  return { table: { photos, size, data }, damaged: collected.flatMap(({ group }) => group.damaged) };
}

/** @throws EngineError that names the photo whose features are NaN, infinite, or too large for float16. */
function checkFinite({ photos }: PhotoGroup, features: Float32Array, dataType: 'float16' | 'float32'): void {
  const limit = dataType === 'float16' ? 65504 : Number.MAX_VALUE;
  const wrong = features.findIndex((value) => !(Math.abs(value) <= limit));
  if (wrong < 0) return;
  const { name } = photos[Math.floor((wrong * photos.length) / features.length)]!;
  throw new EngineError(
    `A feature of photo "${name}" is ${features[wrong]}, which ${dataType} does not hold; check the weights, or extract as float32.`,
  );
}

async function removeParts(store: FileStore, name: string): Promise<void> {
  for (const part of await store.names()) {
    if (part.startsWith(partPrefix(name))) await store.remove(part);
  }
}
