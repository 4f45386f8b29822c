import { describe, expect, test } from 'vitest';
import { decodePhoto, maximumPhotoPixels } from '../../engine/data/photo.ts';
import { households, loadPhotos, photoFile } from '../../notebook/samples/index.ts';

/** A PNG or JPEG drawn here. */
async function picture(
  width: number,
  height: number,
  draw: (context: OffscreenCanvasRenderingContext2D) => void,
  type = 'image/png',
) {
  const canvas = new OffscreenCanvas(width, height);
  draw(canvas.getContext('2d')!);
  return canvas.convertToBlob({ type, quality: 1 });
}

/** A JPEG with an EXIF segment of one tag, the orientation, put behind its first two bytes. */
async function withOrientation(jpeg: Blob, orientation: number): Promise<Blob> {
  const tiff = [
    0x49,
    0x49,
    42,
    0,
    8,
    0,
    0,
    0,
    1,
    0,
    0x12,
    1,
    3,
    0,
    1,
    0,
    0,
    0,
    orientation,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  const payload = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  const segment = Uint8Array.of(0xff, 0xe1, 0, payload.length + 2, ...payload);
  return new Blob([jpeg.slice(0, 2), segment, jpeg.slice(2)], { type: 'image/jpeg' });
}

const pixel = ({ width, pixels }: { width: number; pixels: Uint8ClampedArray }, x: number, y: number) => [
  ...pixels.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
];

describe('decodePhoto', () => {
  test('gives the pixels of a PNG exactly', async () => {
    const blob = await picture(3, 2, (context) => {
      context.fillStyle = 'rgb(1, 128, 254)';
      context.fillRect(0, 0, 3, 2);
      context.fillStyle = 'rgb(255, 0, 7)';
      context.fillRect(2, 1, 1, 1);
    });
    const photo = await decodePhoto(blob, 'drawn.png');
    expect([photo.name, photo.width, photo.height, photo.pixels.length]).toEqual(['drawn.png', 3, 2, 24]);
    expect(pixel(photo, 0, 0)).toEqual([1, 128, 254, 255]);
    expect(pixel(photo, 2, 1)).toEqual([255, 0, 7, 255]);
  });

  test('lays transparent pixels over white', async () => {
    const photo = await decodePhoto(await picture(2, 2, () => {}), 'transparent.png');
    expect([...photo.pixels]).toEqual(new Array(16).fill(255));
  });

  test('turns a photo upright', async () => {
    const upright = await picture(
      16,
      8,
      (context) => {
        context.fillStyle = 'white';
        context.fillRect(0, 0, 16, 8);
        context.fillStyle = 'black';
        context.fillRect(0, 0, 8, 8);
      },
      'image/jpeg',
    );
    // Orientation 6: the stored left side is the top.
    const turned = await decodePhoto(await withOrientation(upright, 6), 'turned.jpg');
    expect([turned.width, turned.height]).toEqual([8, 16]);
    expect(pixel(turned, 4, 2)[0]).toBeLessThan(30);
    expect(pixel(turned, 4, 13)[0]).toBeGreaterThan(225);
  });

  test('says what is wrong with what is no photo', async () => {
    const jpeg = new Uint8Array(await (await picture(8, 8, () => {}, 'image/jpeg')).arrayBuffer());
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && jpeg[i + 1] === 0xc0);
    const changed = (change: (bytes: Uint8Array<ArrayBuffer>) => void) => {
      const bytes = jpeg.slice();
      change(bytes);
      return new Blob([bytes], { type: 'image/jpeg' });
    };
    const cmyk = changed((bytes) => {
      bytes[frame + 9] = 4;
    });
    const huge = changed((bytes) => {
      bytes.fill(0xff, frame + 5, frame + 9);
    });
    const flat = changed((bytes) => {
      bytes.fill(0, frame + 5, frame + 7);
    });
    await expect(decodePhoto(new Blob(['hello']), 'a.txt')).rejects.toThrow(/"a\.txt" .*is not an image/);
    await expect(decodePhoto(new Blob([]), 'b.jpg')).rejects.toThrow(/"b\.jpg" is an empty file/);
    await expect(decodePhoto(cmyk, 'c.jpg')).rejects.toThrow(/"c\.jpg" is a CMYK JPEG.*convert it to RGB/);
    await expect(decodePhoto(huge, 'd.jpg')).rejects.toThrow(
      new RegExp(`65535×65535.*${maximumPhotoPixels}`),
    );
    await expect(decodePhoto(flat, 'e.jpg')).rejects.toThrow(/"e\.jpg" has no pixels/);
    await expect(decodePhoto(new Blob([jpeg.subarray(0, 30)]), 'f.jpg')).rejects.toThrow(/damaged/);
  });
});

describe('the sample photos', () => {
  test('are loaded in the order of the purchases', async () => {
    const [household] = await households();
    const photos = await loadPhotos(household!);
    expect(photos.map(({ name }) => name)).toEqual(household!.purchases.map(({ photo }) => photo));
    for (const photo of photos) {
      expect(Math.min(photo.width, photo.height)).toBe(224);
      expect(new Set(photo.pixels).size).toBeGreaterThan(50);
    }
  });

  test('are given as files for display', async () => {
    const file = await photoFile('test_Banana_002.jpg');
    expect([file.name, file.type, file.size > 5000]).toEqual(['test_Banana_002.jpg', 'image/jpeg', true]);
    await expect(photoFile('none.jpg')).rejects.toThrow(/no sample photo "none\.jpg"/);
  });
});
