import { describe, expect, test } from 'vitest';
import { decodePhoto, type Photo } from '../../engine/data/photo.ts';
import { minimumPhotoCapacity, packPhotos, photoCapacity } from '../../engine/data/photo-batch.ts';

const photo = (name: string, width: number, height: number, value: number): Photo => ({
  name,
  width,
  height,
  pixels: new Uint8ClampedArray(width * height * 4).fill(value),
});

describe('packPhotos', () => {
  test('lays photos one after the other', () => {
    const { pixels, layout, capacity } = packPhotos([photo('a', 3, 2, 7), photo('b', 1, 4, 9)]);
    expect(capacity).toBe(minimumPhotoCapacity);
    expect(pixels).toHaveLength(4 * capacity);
    expect([...layout]).toEqual([0, 2, 3, 6, 4, 1]);
    expect(pixels.subarray(0, 24).every((value) => value === 7)).toBe(true);
    expect(pixels.subarray(24, 40).every((value) => value === 9)).toBe(true);
    expect(pixels.subarray(40).every((value) => value === 0)).toBe(true);
  });

  test('the capacity is a power of two, at least the minimum', () => {
    expect([0, 1, 65_536, 65_537, 131_072, 200_000].map(photoCapacity)).toEqual([
      65_536, 65_536, 65_536, 131_072, 131_072, 262_144,
    ]);
    expect(packPhotos([photo('a', 300, 300, 1)]).capacity).toBe(131_072);
    expect(packPhotos([photo('a', 2, 2, 1)], 4).pixels).toHaveLength(16);
  });

  test('what does not fit is refused', () => {
    expect(() => packPhotos([])).toThrow(/at least one photo/);
    expect(() => packPhotos([photo('a', 2, 2, 1)], 3)).toThrow(/4 pixels together, but .* room for 3/);
    expect(() => packPhotos([{ ...photo('a', 2, 2, 1), width: 3 }])).toThrow(
      /"a" has 16 bytes, but 3×2 RGBA takes 24/,
    );
    expect(() => packPhotos([photo('flat', 0, 2, 1)])).toThrow(/"flat"/);
  });
});

test('decoding outside of a browser says where to decode', async () => {
  await expect(decodePhoto(new Blob(['x']), 'x.jpg')).rejects.toThrow(/"x\.jpg" cannot be decoded here/);
});
