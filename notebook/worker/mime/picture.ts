/** Pictures: decoded photos, bitmaps and image files. */
import type { MimeBundle } from '../../document/nbformat.ts';
import { mimeTypes } from '../protocol.ts';

/** Decoded pixels, as the engine's `decodePhoto` and the canvas's `ImageData` have them. */
export interface Pixels {
  width: number;
  height: number;
  /** RGBA, row by row, `[height, width, 4]`. */
  pixels: Uint8ClampedArray | Uint8Array;
}

export type PictureSource = Pixels | ImageData | ImageBitmap | Blob;

export interface EncodedPicture {
  mimeType: 'image/png' | 'image/jpeg';
  /** Base64. */
  data: string;
  /** In pixels; undefined for a file that was not decoded. */
  size: { width: number; height: number } | undefined;
}

export interface EncodeOptions {
  type?: 'image/png' | 'image/jpeg';
  /** Longer side in pixels, at most; larger pictures are scaled down. */
  maximalSide?: number;
}

export function isPicture(value: unknown): value is PictureSource {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  if (value instanceof Blob) {
    return value.type.startsWith('image/');
  }
  if (typeof ImageBitmap !== 'undefined' && value instanceof ImageBitmap) {
    return true;
  }
  return pixelsOf(value) !== undefined;
}

function pixelsOf(value: object): Pixels | undefined {
  const { width, height, pixels, data } = value as Partial<Pixels> & { data?: unknown };
  const array = pixels ?? data;
  if (!(array instanceof Uint8ClampedArray || array instanceof Uint8Array)) {
    return undefined;
  }
  return width && height && array.length === width * height * 4
    ? { width, height, pixels: array }
    : undefined;
}

/** The bundle of a picture: PNG, or the bytes of a JPEG or PNG file as they are. */
export async function pictureBundle(source: PictureSource): Promise<MimeBundle> {
  const { mimeType, data, size } = await encodePicture(source);
  const words = size ? `${size.width} × ${size.height} pixels` : mimeType;
  return { [mimeType]: data, [mimeTypes.plain]: `[picture, ${words}]` };
}

/**
 * Encodes a picture.
 *
 * @throws DOMException where a file is no picture that the browser can decode.
 */
export async function encodePicture(
  source: PictureSource,
  options: EncodeOptions = {},
): Promise<EncodedPicture> {
  if (source instanceof Blob) {
    const { type } = source;
    if ((type === 'image/png' || type === 'image/jpeg') && options.maximalSide === undefined) {
      return { mimeType: type, data: await toBase64(source), size: undefined };
    }
    const bitmap = await createImageBitmap(source);
    try {
      return await encodePicture(bitmap, options);
    } finally {
      bitmap.close();
    }
  }
  const canvas = draw(source);
  const scaled = scaleDown(canvas, options.maximalSide ?? Number.POSITIVE_INFINITY);
  const type = options.type ?? 'image/png';
  const blob = await scaled.convertToBlob(type === 'image/jpeg' ? { type, quality: 0.85 } : { type });
  return {
    mimeType: type,
    data: await toBase64(blob),
    size: { width: canvas.width, height: canvas.height },
  };
}

function context(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const found = canvas.getContext('2d');
  if (!found) {
    throw new Error('This browser cannot draw pictures in a worker.');
  }
  return found;
}

function draw(source: Pixels | ImageData | ImageBitmap): OffscreenCanvas {
  const canvas = new OffscreenCanvas(source.width, source.height);
  const pixels = pixelsOf(source);
  if (pixels) {
    const copy = new Uint8ClampedArray(pixels.pixels);
    context(canvas).putImageData(new ImageData(copy, source.width, source.height), 0, 0);
  } else {
    context(canvas).drawImage(source as ImageBitmap, 0, 0);
  }
  return canvas;
}

function scaleDown(canvas: OffscreenCanvas, maximalSide: number): OffscreenCanvas {
  const scale = maximalSide / Math.max(canvas.width, canvas.height);
  if (scale >= 1) {
    return canvas;
  }
  const width = Math.max(1, Math.round(canvas.width * scale));
  const height = Math.max(1, Math.round(canvas.height * scale));
  const smaller = new OffscreenCanvas(width, height);
  const target = context(smaller);
  target.imageSmoothingQuality = 'high';
  target.drawImage(canvas, 0, 0, width, height);
  return smaller;
}

async function toBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  // In pieces: a call takes a limited number of arguments.
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}
