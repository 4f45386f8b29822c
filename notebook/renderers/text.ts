import { html } from 'lit';
import { type Renderer, textOf, withoutTerminalSequences } from './renderer.ts';

export const renderText: Renderer = {
  mimeType: 'text/plain',
  render(value) {
    const text = textOf(value);
    if (text === undefined) return undefined;
    return html`<pre class="text" tabindex=${isLong(text) ? 0 : -1}>${withoutTerminalSequences(text)}</pre>`;
  },
};

/** Long text scrolls in its own box, which the keyboard must be able to reach. */
export function isLong(text: string): boolean {
  return text.length > 4000 || text.split('\n', 25).length > 24;
}
