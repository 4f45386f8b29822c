/** Features are stored part by part while they are extracted, so that an interruption loses one part at most. */
import {
  type FeatureFile,
  type FeatureTable,
  parseFeatures,
  serializeFeatures,
} from '../data/feature-table.ts';
import { SafetensorsError } from '../formats/safetensors.ts';
import type { FileStore } from '../storage/file-store.ts';

/** A photo without features. */
export interface DamagedPhoto {
  readonly name: string;
  /** One sentence. */
  readonly reason: string;
}

/** What was computed of a run of photos. */
export interface FeaturePart {
  /** Of the photos that could be read, in order. */
  readonly table: FeatureTable;
  readonly damaged: readonly DamagedPhoto[];
}

/** Metadata entries that only the extraction reads. */
const fingerprintEntry = 'fingerprint';
const damagedEntry = 'damaged';

/** All parts of a file have names that begin like this. */
export function partPrefix(name: string): string {
  return `${name}.part-`;
}

export function partName(name: string, index: number): string {
  return `${partPrefix(name)}${String(index).padStart(5, '0')}`;
}

/**
 * @param fingerprint of everything that the features depend on
 */
export function serializePart(
  { table, damaged }: FeaturePart,
  fingerprint: string,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  return serializeFeatures(table, {
    ...metadata,
    [fingerprintEntry]: fingerprint,
    [damagedEntry]: JSON.stringify(damaged),
  });
}

/** The part in this file; undefined where there is none, it is damaged, or it belongs to something else. */
export async function readPart(
  store: FileStore,
  name: string,
  fingerprint: string,
): Promise<FeaturePart | undefined> {
  const bytes = await store.read(name);
  if (!bytes) return undefined;
  let file: FeatureFile;
  try {
    file = parseFeatures(bytes.buffer, name);
  } catch (error) {
    if (error instanceof SafetensorsError) return undefined;
    throw error;
  }
  if (file.metadata[fingerprintEntry] !== fingerprint) return undefined;
  return { table: file.table, damaged: JSON.parse(file.metadata[damagedEntry] ?? '[]') };
}

/** One after the other. All have the same size and data type. */
export function joinParts(parts: readonly FeaturePart[]): FeaturePart {
  const { size, data } = parts[0]!.table;
  const length = parts.reduce((sum, { table }) => sum + table.data.length, 0);
  const joined = data instanceof Float32Array ? new Float32Array(length) : new Uint16Array(length);
  let position = 0;
  for (const { table } of parts) {
    joined.set(table.data, position);
    position += table.data.length;
  }
  return {
    table: { photos: parts.flatMap(({ table }) => table.photos), size, data: joined },
    damaged: parts.flatMap(({ damaged }) => damaged),
  };
}
