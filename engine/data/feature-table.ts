/** The features of many photos, one row a photo, and their file. */
import { fromFloat16 } from '../data-type.ts';
import { InputError } from '../errors.ts';
import {
  parseSafetensors,
  SafetensorsError,
  serializeSafetensors,
  type TensorFile,
} from '../formats/safetensors.ts';

/** Features of P photos, `[P, K]`. */
export interface FeatureTable {
  /** The photo of each row. No name twice. */
  readonly photos: readonly string[];
  /** K, the features of a photo. */
  readonly size: number;
  /** Row-major `[P, K]`: float32, or the bits of float16. */
  readonly data: Float32Array | Uint16Array;
}

/** A table as its file has it. */
export interface FeatureFile {
  readonly table: FeatureTable;
  /** What else the file says, such as `model`, `weights_sha256` and `label`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * The whole table as float32.
 *
 * @returns `[P, K]`; of a float32 table the data itself
 */
export function featureRows({ data }: FeatureTable): Float32Array {
  return data instanceof Float32Array ? data : fromFloat16(data);
}

/**
 * The features of one photo as float32.
 *
 * @returns `[K]`, a copy
 * @throws InputError where there is no such row.
 */
export function featuresOf({ photos, size, data }: FeatureTable, row: number): Float32Array {
  if (!(Number.isInteger(row) && row >= 0 && row < photos.length)) {
    throw new InputError(`There is no row ${row} in a table of ${photos.length} photos; count from 0.`);
  }
  const values = data.subarray(row * size, (row + 1) * size);
  return values instanceof Float32Array ? values.slice() : fromFloat16(values);
}

/**
 * The table as a safetensors file: the tensor `features` `[P, K]`, float32 or float16, and the photos' names in the
 * metadata entry `photos`, one a line.
 *
 * @throws InputError where a name has a line break or is there twice, or data and size do not match.
 */
export function serializeFeatures(
  table: FeatureTable,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const { photos, size, data } = table;
  checkPhotoNames(photos);
  if (data.length !== photos.length * size) {
    throw new InputError(
      `A feature table of ${photos.length} photos with ${size} features has ${data.length} numbers; it must have ${photos.length * size}.`,
    );
  }
  const dataType = data instanceof Float32Array ? 'float32' : 'float16';
  const features = { dataType, shape: [photos.length, size], data } as const;
  return serializeSafetensors(new Map([['features', features]]), { ...metadata, photos: photos.join('\n') });
}

/**
 * Reads what `serializeFeatures` wrote.
 *
 * @param bytes the whole file
 * @param fileName how errors name the file
 * @throws SafetensorsError where the file is damaged or is no feature table.
 */
export function parseFeatures(bytes: ArrayBuffer, fileName: string): FeatureFile {
  return readFeatures(parseSafetensors(bytes, fileName));
}

/**
 * The table in a file that is loaded already, for example by `loadSafetensors`.
 *
 * @throws SafetensorsError where it is no feature table.
 */
export function readFeatures(file: TensorFile): FeatureFile {
  const stored = file.tensors.get('features');
  const dataType = stored?.dataType === 'float32' ? 'float32' : 'float16';
  const { shape, data } = file.get('features', { dataType });
  const { photos: names, ...metadata } = file.metadata;
  const photos = names ? names.split('\n') : [];
  const [rows, size] = shape;
  if (shape.length !== 2 || rows !== photos.length || !size) {
    throw new SafetensorsError(
      'wrong-shape',
      file.fileName,
      `the features are [${shape.join(', ')}], but the file names ${photos.length} photos; extract the features again.`,
      'features',
    );
  }
  return { table: { photos, size, data }, metadata };
}

/** @throws InputError where a name is empty, has a line break, or is there twice. */
export function checkPhotoNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (name === '' || name.includes('\n')) {
      throw new InputError(
        `A photo is called ${JSON.stringify(name)}; give each photo a name without line breaks.`,
      );
    }
    if (seen.has(name)) {
      throw new InputError(`Two photos are called "${name}"; give each photo a name of its own.`);
    }
    seen.add(name);
  }
}
