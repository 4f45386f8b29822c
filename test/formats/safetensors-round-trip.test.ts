import { describe, expect, test } from 'vitest';
import { storedDataTypes } from '../../engine/formats/safetensors/data-types.ts';
import {
  parseSafetensors,
  type StoredDataType,
  serializeSafetensors,
  type TensorToStore,
} from '../../engine/formats/safetensors.ts';
import { randomBits } from '../../engine/random.ts';

const dataTypes = Object.keys(storedDataTypes) as StoredDataType[];

/** Random bytes as elements: every bit pattern, NaN included. */
function randomTensor(seed: number): TensorToStore {
  const dataType = dataTypes[randomBits(seed, 0) % dataTypes.length]!;
  const rank = randomBits(seed, 1) % 4;
  const shape = Array.from({ length: rank }, (_, axis) => randomBits(seed, 2 + axis) % 5);
  const count = shape.reduce((product, size) => product * size, 1);
  const { array } = storedDataTypes[dataType];
  const bytes = Uint8Array.from({ length: count * array.BYTES_PER_ELEMENT }, (_, i) =>
    randomBits(seed, 10 + i),
  );
  return { dataType, shape, data: new array(bytes.buffer, 0, count) };
}

const bytesOf = ({ data }: TensorToStore) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

describe('safetensors round trip', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))('random tensors, seed %i', (seed) => {
    const count = randomBits(seed, 99) % 8;
    const tensors = new Map(
      Array.from({ length: count }, (_, i) => [
        `t/${randomBits(seed, i) % 100}/"ü\n`,
        randomTensor(100 * seed + i),
      ]),
    );
    const metadata = seed % 2 ? { labels: 'a\nb', '7': 'sieben 🍌' } : {};
    const bytes = serializeSafetensors(tensors, metadata);
    const read = parseSafetensors(bytes.buffer, 'random');
    expect([...read.tensors.keys()]).toEqual([...tensors.keys()].sort());
    expect(read.metadata).toEqual(metadata);
    for (const [name, expected] of tensors) {
      const actual = read.tensors.get(name)!;
      expect([actual.dataType, actual.shape]).toEqual([expected.dataType, expected.shape]);
      expect(bytesOf(actual)).toEqual(bytesOf(expected));
    }
    expect(serializeSafetensors(read.tensors, read.metadata)).toEqual(bytes);
  });

  test('the order in which tensors and metadata are given does not show', () => {
    const a: TensorToStore = { dataType: 'float32', shape: [1], data: Float32Array.of(1) };
    const b: TensorToStore = { dataType: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) };
    const one = serializeSafetensors(
      new Map([
        ['a', a],
        ['b', b],
      ]),
      { x: '1', y: '2' },
    );
    const other = serializeSafetensors(
      new Map([
        ['b', b],
        ['a', a],
      ]),
      { y: '2', x: '1' },
    );
    expect(one).toEqual(other);
  });

  test('data start at a multiple of 8 and each tensor at a multiple of its element size', () => {
    const tensors = new Map<string, TensorToStore>([
      ['a', { dataType: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
      ['b', { dataType: 'float64', shape: [1], data: Float64Array.of(Math.PI) }],
      ['c', { dataType: 'float16', shape: [1], data: Uint16Array.of(0x3c00) }],
    ]);
    const bytes = serializeSafetensors(tensors);
    expect((8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))) % 8).toBe(0);
    const read = parseSafetensors(bytes.buffer, 'aligned');
    for (const { data } of read.tensors.values()) {
      expect(data.buffer).toBe(bytes.buffer);
      expect(data.byteOffset % data.BYTES_PER_ELEMENT).toBe(0);
    }
  });

  test('a file by another writer: tensors unaligned, names unsorted', () => {
    const header =
      '{"z":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"F32","shape":[],"data_offsets":[1,5]}}';
    const text = new TextEncoder().encode(header);
    const bytes = new Uint8Array(8 + text.length + 5);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    view.setUint8(8 + text.length, 7);
    view.setFloat32(9 + text.length, 1.5, true);
    const file = parseSafetensors(bytes.buffer, 'other');
    expect(file.get('z', { dataType: 'uint8', shape: [1] }).data).toEqual(Uint8Array.of(7));
    expect(file.get('a', { dataType: 'float32', shape: [] }).data).toEqual(Float32Array.of(1.5));
  });

  test('a view into a larger buffer is written alone', () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const bytes = serializeSafetensors(new Map([['x', { dataType: 'float32', shape: [2], data }]]));
    expect(parseSafetensors(bytes.buffer, 'x').tensors.get('x')!.data).toEqual(Float32Array.of(2, 3));
  });
});
