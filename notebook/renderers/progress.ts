import { html } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import { formatDuration } from '../state/duration.ts';
import { mimeTypes } from '../worker/protocol.ts';
import { isObject, type Renderer } from './renderer.ts';

/** A bar that fills; the worker replaces it in place through its display id. */
export const renderProgress: Renderer = {
  mimeType: mimeTypes.progress,
  render(data) {
    if (!isObject(data)) return undefined;
    const { label, value, total, elapsedMs } = data;
    if (typeof value !== 'number' || typeof total !== 'number' || !(total > 0)) return undefined;
    const fraction = Math.max(0, Math.min(1, value / total));
    const name = typeof label === 'string' ? label : 'Progress';
    const time = typeof elapsedMs === 'number' ? formatDuration(elapsedMs) : '';
    return html`<div class="progress ${fraction === 1 ? 'complete' : ''}">
      <span class="progress-label">${name}</span>
      <span class="progress-figures">${value} / ${total}${time ? ` · ${time}` : ''}</span>
      <div
        class="progress-track"
        role="progressbar"
        aria-label=${name}
        aria-valuemin="0"
        aria-valuemax=${total}
        aria-valuenow=${value}
      >
        <div class="progress-bar" style=${styleMap({ transform: `scaleX(${fraction})` })}></div>
      </div>
    </div>`;
  },
};
