import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSafetensors } from '../../engine/formats/safetensors.ts';
import { mobilenetV1Parameters } from '../../engine/models/mobilenet_v1.ts';
import { type Manifest, manifest } from '../../weights/manifest.ts';

const besideManifest = (name: string) => readFileSync(new URL(`../../weights/${name}`, import.meta.url));

const entries: [string, Manifest[keyof Manifest]][] = Object.entries(manifest);

describe.each(entries)('the manifest tells the truth about %s', (_, entry) => {
  const bytes = besideManifest(entry.file);
  const file = parseSafetensors(new Uint8Array(bytes).buffer, entry.file);

  test('checksum and size', () => {
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.sha256);
    expect(bytes.length).toBe(entry.bytes);
  });

  test('tensors, parameters and data type', () => {
    const tensors = [...file.tensors.values()];
    expect(tensors.length).toBe(entry.tensors);
    expect(tensors.reduce((sum, { data }) => sum + data.length, 0)).toBe(entry.parameters);
    expect(new Set(tensors.map(({ dataType }) => dataType))).toEqual(new Set([entry.dataType]));
  });

  test('licence and origin are in the file and beside it', () => {
    expect(file.metadata.license).toBe(entry.license);
    expect(file.metadata.attribution).toBe(entry.attribution);
    const license = besideManifest(entry.licenseFile).toString();
    expect(license).toContain(entry.attribution);
    const { origin } = entry;
    if ('package' in origin) {
      expect(file.metadata.origin_integrity).toBe(origin.integrity);
      expect(Object.values(origin.files)).toContain(file.metadata.origin_sha256);
      expect(license).toContain('Apache License');
      expect(license).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
    } else {
      expect(file.metadata.command).toBe(origin.command);
      expect(file.metadata.adapter).toBe(origin.adapter);
      for (const part of ['MIT License', 'Marcus Klasson', 'The Complete Journey', 'Apache License']) {
        expect(license).toContain(part);
      }
    }
  });

  test('what it was trained from is unchanged', () => {
    const { origin } = entry;
    if ('package' in origin) return;
    expect(Object.keys(origin.files)).toHaveLength(4);
    for (const [path, expected] of Object.entries(origin.files)) {
      const sha256 = createHash('sha256')
        .update(besideManifest(`../${path}`))
        .digest('hex');
      expect(sha256, `${path} has changed: train the head again`).toBe(expected);
      expect(file.metadata[`sha256 ${path}`]).toBe(expected);
    }
  });
});

describe('mobilenet_v1', () => {
  const entry = manifest.mobilenet_v1;
  const file = parseSafetensors(new Uint8Array(besideManifest(entry.file)).buffer, entry.file);

  test('has exactly the parameters of the model, with their shapes', () => {
    const expected = [...mobilenetV1Parameters()].map(([name, { shape }]) => [name, [...shape]]);
    const actual = [...file.tensors].map(([name, { shape }]) => [name, [...shape]]);
    expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected));
    expect(actual).toHaveLength(56);
    expect(entry.parameters).toBe(4_222_057);
  });

  test('every value is finite and no kernel is empty', () => {
    for (const name of file.tensors.keys()) {
      const { data } = file.get(name, { dataType: 'float32' });
      expect(data.every(Number.isFinite), name).toBe(true);
      expect(
        data.some((value) => value !== 0),
        name,
      ).toBe(true);
    }
  });

  test('has 1001 labels, the background first', () => {
    const labels = file.metadata.labels!.split('\n');
    expect(labels).toHaveLength(1001);
    expect([labels[0], labels[1], labels[949], labels[955], labels[1000]]).toEqual([
      'background',
      'tench',
      'Granny Smith',
      'banana',
      'toilet tissue',
    ]);
    expect(labels.every((name) => name !== '' && name === name.trim())).toBe(true);
  });
});
