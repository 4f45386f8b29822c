import { html } from 'lit';
import { mimeTypes } from '../worker/protocol.ts';
import { isBase64 } from './image.ts';
import { isObject, type Renderer } from './renderer.ts';

/** Photos with captions, side by side. */
export const renderGallery: Renderer = {
  mimeType: mimeTypes.gallery,
  render(value) {
    if (!isObject(value) || !Array.isArray(value.images)) return undefined;
    const images = value.images.flatMap((image) => {
      if (!isObject(image) || typeof image.data !== 'string' || !isBase64(image.data)) return [];
      if (image.mimeType !== 'image/png' && image.mimeType !== 'image/jpeg') return [];
      return [
        { source: `data:${image.mimeType};base64,${image.data}`, caption: String(image.caption ?? '') },
      ];
    });
    if (images.length < value.images.length) return undefined;
    // Scrolls in its own box, which the keyboard must be able to reach.
    const long = images.length > 28;
    return html`<ul class="gallery ${long ? 'long' : ''}" tabindex=${long ? 0 : -1} aria-label="${images.length} pictures">
      ${images.map(
        ({ source, caption }) => html`<li>
          <figure>
            <img src=${source} alt=${caption} loading="lazy" decoding="async" />
            <figcaption title=${caption}>${caption}</figcaption>
          </figure>
        </li>`,
      )}
    </ul>`;
  },
};
