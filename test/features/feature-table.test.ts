import { describe, expect, test } from 'vitest';
import {
  type FeatureTable,
  featureRows,
  featuresOf,
  parseFeatures,
  serializeFeatures,
} from '../../engine/data/feature-table.ts';
import { toFloat16 } from '../../engine/data-type.ts';
import { serializeSafetensors } from '../../engine/formats/safetensors.ts';

const rows = Float32Array.of(0, 1, 2, 0.1, 0.25, 6);
const table: FeatureTable = { photos: ['Äpfel.jpg', 'b c.jpg'], size: 3, data: rows };
const half: FeatureTable = { ...table, data: toFloat16(rows) };

describe('a feature table', () => {
  test('is the same after a file, as float32 and as float16', () => {
    for (const each of [table, half]) {
      const bytes = serializeFeatures(each, { label: 'fruit' });
      const file = parseFeatures(bytes.buffer, 'fruit.safetensors');
      expect(file.table).toEqual(each);
      expect(file.metadata).toEqual({ label: 'fruit' });
    }
  });

  test('gives its rows as float32', () => {
    expect(featureRows(table)).toBe(rows);
    expect(featuresOf(table, 1)).toEqual(Float32Array.of(0.1, 0.25, 6));
    expect([...featuresOf(half, 1)]).toEqual([0.0999755859375, 0.25, 6]);
    expect([...featureRows(half)]).toEqual([0, 1, 2, 0.0999755859375, 0.25, 6]);
    featuresOf(table, 0).fill(9);
    expect(rows[0]).toBe(0);
    for (const row of [-1, 2, 0.5]) {
      expect(() => featuresOf(table, row)).toThrow(`There is no row ${row} in a table of 2 photos`);
    }
  });

  test('is refused where names or numbers do not fit', () => {
    const written = (more: Partial<FeatureTable>) => () => serializeFeatures({ ...table, ...more });
    expect(written({ photos: ['a', 'a'] })).toThrow(
      'Two photos are called "a"; give each photo a name of its own.',
    );
    expect(written({ photos: ['a', 'b\nc'] })).toThrow(
      'A photo is called "b\\nc"; give each photo a name without',
    );
    expect(written({ size: 4 })).toThrow(
      'A feature table of 2 photos with 4 features has 6 numbers; it must have 8.',
    );
    const features = { dataType: 'float32', shape: [2, 3], data: rows } as const;
    const parsed = (metadata: Record<string, string>, tensor: string) => () =>
      parseFeatures(serializeSafetensors(new Map([[tensor, features]]), metadata).buffer, 'x.safetensors');
    expect(parsed({ photos: 'a\nb\nc' }, 'features')).toThrow(
      'x.safetensors: the features are [2, 3], but the file names 3 photos; extract the features again.',
    );
    expect(parsed({}, 'features')).toThrow('the file names 0 photos');
    expect(parsed({ photos: 'a\nb' }, 'conv1')).toThrow(/x\.safetensors: there is no tensor "features"/);
  });
});
