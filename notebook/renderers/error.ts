import { html, nothing } from 'lit';
import type { ErrorOutput } from '../document/nbformat.ts';
import { withoutTerminalSequences } from './renderer.ts';

/** Where a traceback points: a code cell by its number, and a line in it, both from 1. */
export interface CellPlace {
  cellNumber: number;
  line: number;
}

const place = /\bcell (\d+), line (\d+)/i;

/**
 * An error with its traceback; places in cells are links. `line` is where this cell failed, if known; `goTo` is
 * called with a place (cell number 0 is this cell).
 */
export function renderError(
  output: ErrorOutput,
  line: number | undefined,
  goTo: (place: CellPlace) => void,
): unknown {
  // The headline already says the error's name and message.
  const headline = `${output.ename}: ${output.evalue}`;
  const rest = output.traceback
    .map(withoutTerminalSequences)
    .filter((entry) => entry.trim() !== headline.trim())
    .flatMap((entry) => entry.split('\n'));
  const stopped = output.ename === 'Stopped' || output.ename === 'InterruptedError';
  return html`<div class="error ${stopped ? 'stopped' : ''}" role="group" aria-label="Error">
    <p class="error-headline">
      <strong>${output.ename}</strong><span class="error-message">: ${withoutTerminalSequences(output.evalue)}</span>
      ${
        line === undefined
          ? nothing
          : html`<button class="link error-line" @click=${() => goTo({ cellNumber: 0, line })}>line ${line}</button>`
      }
    </p>
    ${rest.length ? html`<pre class="traceback">${rest.map((frame) => renderFrame(frame, goTo))}</pre>` : nothing}
  </div>`;
}

function renderFrame(frame: string, goTo: (place: CellPlace) => void): unknown {
  const match = place.exec(frame);
  if (!match) return `${frame}\n`;
  const found = { cellNumber: Number(match[1]), line: Number(match[2]) };
  const before = frame.slice(0, match.index);
  const after = frame.slice(match.index + match[0].length);
  return html`${before}<button class="link" @click=${() => goTo(found)}>${match[0]}</button>${after}${'\n'}`;
}
