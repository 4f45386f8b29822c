import { mimeTypes } from '../protocol.ts';
import { type Displayable, displayable } from './displayable.ts';

/** Text in Markdown, drawn as such. */
export function markdown(text: string): Displayable {
  return displayable({ [mimeTypes.markdown]: String(text), [mimeTypes.plain]: String(text) });
}

/** HTML, drawn after everything that could run was removed. */
export function html(text: string): Displayable {
  const plain = String(text)
    .replace(/<(style|script)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return displayable({ [mimeTypes.html]: String(text), [mimeTypes.plain]: plain || '[HTML]' });
}
