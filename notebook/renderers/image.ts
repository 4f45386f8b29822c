import { html } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import type { JsonObject } from '../document/nbformat.ts';
import { isObject, plainText, type Renderer, textOf } from './renderer.ts';

export function renderImage(mimeType: 'image/png' | 'image/jpeg'): Renderer {
  return {
    mimeType,
    render(value, { bundle, metadata }) {
      const data = textOf(value)?.replace(/\s/g, '');
      if (!data || !isBase64(data)) return undefined;
      return picture(`data:${mimeType};base64,${data}`, metadata, mimeType, plainText(bundle));
    },
  };
}

/** SVG is drawn as an image, so whatever script it carries stays dead. */
export const renderVectorImage: Renderer = {
  mimeType: 'image/svg+xml',
  render(value, { bundle, metadata }) {
    const data = textOf(value);
    if (!data) return undefined;
    return picture(
      `data:image/svg+xml,${encodeURIComponent(data)}`,
      metadata,
      'image/svg+xml',
      plainText(bundle),
    );
  },
};

export function isBase64(data: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(data);
}

function picture(source: string, metadata: JsonObject, mimeType: string, plain: string): unknown {
  const own = metadata[mimeType];
  const size = isObject(own) ? own : metadata;
  const width = typeof size.width === 'number' ? size.width : undefined;
  const height = typeof size.height === 'number' ? size.height : undefined;
  const description = plain && !plain.startsWith('<') ? plain : 'Picture';
  return html`<img
    class="picture"
    src=${source}
    alt=${description}
    width=${ifDefined(width)}
    height=${ifDefined(height)}
  />`;
}
