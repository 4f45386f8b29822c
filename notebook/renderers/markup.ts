import { Marked } from 'marked';
import type { JsonObject } from '../document/nbformat.ts';
import { isBase64 } from './image.ts';
import { mathExtension } from './math.ts';
import { isObject, type Renderer, textOf } from './renderer.ts';
import { sanitise } from './sanitise.ts';

export const renderHtml: Renderer = {
  mimeType: 'text/html',
  render(value) {
    const text = textOf(value);
    return text === undefined ? undefined : sanitise(text);
  },
};

export const renderMarkdown: Renderer = {
  mimeType: 'text/markdown',
  render(value) {
    const text = textOf(value);
    return text === undefined ? undefined : renderedMarkdown(text);
  },
};

const marked = new Marked({ gfm: true }, mathExtension);

/** Markdown (GitHub's flavour) as a sanitised element; `attachment:` pictures come from the cell. */
export function renderedMarkdown(text: string, attachments?: JsonObject): HTMLElement {
  const tokens = marked.lexer(text);
  marked.walkTokens(tokens, (token) => {
    if (token.type !== 'image') return;
    token.href = attachmentAddress(String(token.href), attachments) ?? token.href;
  });
  const element = sanitise(marked.parser(tokens));
  for (const heading of element.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    heading.id = (heading.textContent ?? '')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-');
  }
  return element;
}

function attachmentAddress(address: string, attachments: JsonObject | undefined): string | undefined {
  const name = /^attachment:(.+)$/.exec(address)?.[1];
  if (name === undefined || !attachments) return undefined;
  const bundle = attachments[name] ?? attachments[decoded(name)];
  if (!isObject(bundle)) return undefined;
  for (const mimeType of ['image/png', 'image/jpeg', 'image/gif', 'image/webp']) {
    const data = textOf(bundle[mimeType])?.replace(/\s/g, '');
    if (data && isBase64(data)) return `data:${mimeType};base64,${data}`;
  }
  return undefined;
}

/** A name without its percent escapes; as it stands where it has none that are valid. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
