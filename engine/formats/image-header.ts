/**
 * Size and colour components of an image from its header, without decoding it.
 *
 * Formats: JPEG (ITU-T T.81, annex B, marker segments), PNG (W3C "Portable Network Graphics", chunk IHDR).
 */

export interface ImageHeader {
  readonly format: 'jpeg' | 'png';
  /** Pixels, as stored: before any orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** Components of a JPEG: 1 grey, 3 colour, 4 CMYK or YCCK. For PNG, channels: 1 to 4, and 1 for a palette. */
  readonly components: number;
}

/** The header of a JPEG or PNG; undefined where the bytes are neither, or end before it. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpegHeader(view);
  const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  if (pngSignature.every((byte, index) => bytes[index] === byte)) return readPngHeader(view);
  return undefined;
}

/** Walks the marker segments to the frame header (SOF). */
function readJpegHeader(view: DataView): ImageHeader | undefined {
  let position = 2;
  while (position + 10 <= view.byteLength) {
    if (view.getUint8(position) !== 0xff) return undefined;
    const marker = view.getUint8(position + 1);
    if (marker === 0xff) {
      // A fill byte before a marker.
      position += 1;
    } else if (isFrameHeader(marker)) {
      return {
        format: 'jpeg',
        height: view.getUint16(position + 5),
        width: view.getUint16(position + 7),
        components: view.getUint8(position + 9),
      };
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      // TEM, RSTn and SOI stand alone.
      position += 2;
    } else {
      position += 2 + view.getUint16(position + 2);
    }
  }
  return undefined;
}

/** SOF0 … SOF15; C4, C8 and CC are other markers among them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readPngHeader(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 26) return undefined;
  const channels: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
  return {
    format: 'png',
    width: view.getUint32(16),
    height: view.getUint32(20),
    components: channels[view.getUint8(25)] ?? 0,
  };
}
