/** Photos as pixels, decoded by the browser. */
import { InputError } from '../errors.ts';
import { readImageHeader } from '../formats/image-header.ts';

/** A decoded photo. */
export interface Photo {
  /** How messages and captions name it, for example the file's name. */
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** RGBA, row-major from the top left, `width · height · 4` bytes of sRGB; alpha is 255 throughout. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}

/** The most pixels a photo may have, 64 · 2²⁰: 256 MiB decoded. */
export const maximumPhotoPixels = 64 * 2 ** 20;

/**
 * Decodes a photo (JPEG, PNG, WebP, AVIF, GIF's first frame: whatever the browser reads) in a worker or a page.
 *
 * An EXIF orientation is applied, so width and height are those of the upright photo. Embedded colour profiles are not
 * applied: the stored values are taken as sRGB, so that browsers and screens agree. Transparent pixels are laid over
 * white.
 *
 * @param name how errors and captions name the photo
 * @throws InputError where this is no image, a CMYK JPEG, has no pixels or too many, or there is no decoder (Node).
 */
export async function decodePhoto(blob: Blob, name: string): Promise<Photo> {
  if (typeof createImageBitmap === 'undefined' || typeof OffscreenCanvas === 'undefined') {
    throw new InputError(
      `Photo "${name}" cannot be decoded here; decode photos in a browser's page or worker.`,
    );
  }
  const bytes = await blob.arrayBuffer();
  checkHeader(new Uint8Array(bytes), name);
  // A blob of one piece: Firefox tells a format by the first piece alone.
  const bitmap = await decode(new Blob([bytes], { type: blob.type }), name);
  try {
    const { width, height } = bitmap;
    checkSize(width, height, name);
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) {
      throw new InputError(
        `Photo "${name}" (${width}×${height}) found no canvas to be drawn on; scale it down.`,
      );
    }
    context.fillStyle = 'white';
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, 0, 0);
    const pixels = context.getImageData(0, 0, width, height).data as Uint8ClampedArray<ArrayBuffer>;
    return { name, width, height, pixels };
  } finally {
    bitmap.close();
  }
}

/** Rejects what the header already tells, before memory is spent on decoding. */
function checkHeader(bytes: Uint8Array, name: string): void {
  if (bytes.length === 0) throw new InputError(`Photo "${name}" is an empty file; choose another.`);
  const header = readImageHeader(bytes);
  if (!header) return;
  if (header.format === 'jpeg' && header.components === 4) {
    throw new InputError(`Photo "${name}" is a CMYK JPEG, made for print; convert it to RGB.`);
  }
  checkSize(header.width, header.height, name);
}

function checkSize(width: number, height: number, name: string): void {
  if (width === 0 || height === 0) {
    throw new InputError(`Photo "${name}" has no pixels (${width}×${height}); choose another.`);
  }
  if (width * height > maximumPhotoPixels) {
    throw new InputError(
      `Photo "${name}" has ${width}×${height} pixels, more than ${maximumPhotoPixels}; scale it down.`,
    );
  }
}

async function decode(blob: Blob, name: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(blob, {
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
      imageOrientation: 'from-image',
    });
  } catch {
    throw new InputError(
      `Photo "${name}" (${blob.type || 'unknown type'}, ${blob.size} bytes) is not an image that this browser reads, or it is damaged; use a JPEG or PNG.`,
    );
  }
}
