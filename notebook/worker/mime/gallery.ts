/** A strip of captioned pictures. */
import type { MimeBundle } from '../../document/nbformat.ts';
import { type GalleryData, mimeTypes } from '../protocol.ts';
import { type Displayable, mimeMethod } from './displayable.ts';
import { escapeHtml } from './escape.ts';
import { encodePicture, isPicture, type PictureSource } from './picture.ts';

/** Pixels of a thumbnail's longer side: small enough to keep documents light, large enough for sharp screens. */
const thumbnailSide = 224;

export type GalleryItem =
  | PictureSource
  | ({ caption?: string } & ({ photo: PictureSource } | { blob: Blob }));

/**
 * Pictures side by side, each with a caption.
 *
 * @throws TypeError where an item is no picture.
 */
export function gallery(items: Iterable<GalleryItem>): Displayable {
  const pictures = [...items].map(readItem);
  return { [mimeMethod]: () => galleryBundle(pictures) };
}

interface Picture {
  source: PictureSource;
  caption: string;
}

function readItem(item: GalleryItem, index: number): Picture {
  const { photo, blob, picture, caption } = item as {
    photo?: unknown;
    blob?: unknown;
    picture?: unknown;
    caption?: unknown;
  };
  const source = isPicture(item) ? item : (photo ?? blob ?? picture);
  if (!isPicture(source)) {
    throw new TypeError(
      `gallery: item ${index + 1} is no picture; give photos, image files, or { photo, caption } of them.`,
    );
  }
  return { source, caption: typeof caption === 'string' ? caption : '' };
}

async function galleryBundle(pictures: readonly Picture[]): Promise<MimeBundle> {
  const images: GalleryData['images'] = [];
  for (const { source, caption } of pictures) {
    const { mimeType, data } = await encodePicture(source, {
      type: 'image/jpeg',
      maximalSide: thumbnailSide,
    });
    images.push({ mimeType, data, caption });
  }
  const figures = images.map(
    ({ mimeType, data, caption }) =>
      `<figure style="display: inline-block; margin: 4px"><img src="data:${mimeType};base64,${data}" ` +
      `alt="${escapeHtml(caption)}" height="112"><figcaption>${escapeHtml(caption)}</figcaption></figure>`,
  );
  const captions = images.map(({ caption }) => caption || '(no caption)').join(', ');
  return {
    [mimeTypes.gallery]: { images },
    [mimeTypes.html]: `<div>\n${figures.join('\n')}\n</div>`,
    [mimeTypes.plain]: `[${images.length} ${images.length === 1 ? 'picture' : 'pictures'}: ${captions}]`,
  };
}
