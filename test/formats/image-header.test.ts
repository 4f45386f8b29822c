import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readImageHeader } from '../../engine/formats/image-header.ts';

const sample = (name: string) =>
  readFileSync(new URL(`../../notebook/samples/grocery/${name}`, import.meta.url));

/** The segments of a JPEG up to its frame header. */
function jpeg(marker: number, components: number, before: number[] = []): Uint8Array {
  return Uint8Array.of(
    ...[0xff, 0xd8, ...before, 0xff, marker, 0, 8 + 3 * components, 8, 0x01, 0x02, 0x03, 0x04, components],
    ...new Array(3 * components).fill(0),
  );
}

describe('readImageHeader', () => {
  test.each([
    ['test_Banana_002.jpg', 224, 224],
    ['test_Granny-Smith_023.jpg', 224, 224],
  ])('a real photo, %s', (name, width, height) => {
    expect(readImageHeader(sample(name))).toEqual({ format: 'jpeg', width, height, components: 3 });
  });

  test.each([
    ['baseline', 0xc0, 3],
    ['progressive', 0xc2, 3],
    ['grey', 0xc0, 1],
    ['CMYK', 0xc0, 4],
  ])('JPEG, %s', (_, marker, components) => {
    expect(readImageHeader(jpeg(marker, components))).toEqual({
      format: 'jpeg',
      width: 0x0304,
      height: 0x0102,
      components,
    });
  });

  test('segments, fill bytes and other markers before the frame are passed over', () => {
    // APP0 with a frame marker inside, a Huffman table (C4), fill bytes, a restart marker.
    const before = [0xff, 0xe0, 0, 6, 0xff, 0xc0, 1, 1, 0xff, 0xc4, 0, 3, 9, 0xff, 0xff, 0xff, 0xd0];
    expect(readImageHeader(jpeg(0xc1, 3, before))?.width).toBe(0x0304);
  });

  test('PNG', () => {
    const png = new Uint8Array(33);
    png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
    png.set([0, 0, 1, 0, 0, 0, 0, 7, 8, 6], 16);
    expect(readImageHeader(png)).toEqual({ format: 'png', width: 256, height: 7, components: 4 });
  });

  test.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('GIF89a')],
    ['a JPEG that ends early', jpeg(0xc0, 3).subarray(0, 8)],
    ['a JPEG of garbage', Uint8Array.of(0xff, 0xd8, ...new Array(40).fill(7))],
    ['a PNG that ends early', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0)],
  ])('%s gives undefined', (_, bytes) => {
    expect(readImageHeader(bytes)).toBeUndefined();
  });
});
