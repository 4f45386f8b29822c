import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type FeatureFile,
  type FeatureTable,
  featureRows,
  parseFeatures,
} from '../../engine/data/feature-table.ts';
import { featureGraph, mobilenetV1Features, parametersOf } from '../../engine/features/network.ts';
import { parseSafetensors } from '../../engine/formats/safetensors.ts';
import { parametersSha256 } from '../../engine/formats/sha256.ts';
import { readMobilenetV1 } from '../../engine/models/mobilenet_v1_weights.ts';
import manifest from '../../weights/manifest.json' with { type: 'json' };

const read = (path: string) => new Uint8Array(readFileSync(new URL(path, import.meta.url))).buffer;
const { mobilenet_v1: weights } = manifest;

describe.each([
  {
    name: 'grocery',
    photos: 5421,
    first: 'test_Alpro-Blueberry-Soyghurt_001.jpg',
    label: /Grocery Store Dat/,
  },
  {
    name: 'clothing',
    photos: 3781,
    first: 'test_dress_06a00c0f-5f9a-410d-a7da-3881a9df3a71.jpg',
    label: /Clothing dat.*CC0/,
  },
])('the features of the $name photos', ({ name, photos, first, label }) => {
  let table: FeatureTable;
  let metadata: FeatureFile['metadata'];
  beforeAll(() => {
    const path = `../../notebook/samples/${name}/features.safetensors`;
    ({ table, metadata } = parseFeatures(read(path), path));
  });

  test('are a float16 row for each photo, in order of their names', () => {
    expect([table.photos.length, table.size]).toEqual([photos, 1024]);
    expect(table.data).toBeInstanceOf(Uint16Array);
    expect(table.photos[0]).toBe(first);
    expect(table.photos).toEqual([...new Set(table.photos)].sort());
    expect(metadata.damaged).toBe('[]');
  });

  test('are averages of ReLU6, and no two photos have the same', () => {
    const rows = featureRows(table);
    expect(rows.every((value) => value >= 0 && value <= 6)).toBe(true);
    const seen = new Set<string>();
    for (let row = 0; row < photos; row++) {
      const bits = table.data.subarray(row * 1024, (row + 1) * 1024);
      // A photo always moves some features and leaves others alone.
      const active = bits.filter((value) => value > 0).length;
      expect(active, table.photos[row]).toBeGreaterThan(100);
      seen.add(bits.join());
    }
    expect(seen.size).toBe(photos);
  });

  test('say what they are and which weights made them', async () => {
    expect(metadata.label).toMatch(label);
    expect(metadata.model).toBe(mobilenetV1Features.name);
    expect(metadata.weights_file_sha256).toBe(weights.sha256);
    const { parameters } = readMobilenetV1(
      parseSafetensors(read(`../../weights/${weights.file}`), weights.file),
    );
    const used = parametersOf(featureGraph(mobilenetV1Features, 1, 1), parameters);
    expect(metadata.weights_sha256).toBe(await parametersSha256(used));
  });
});
