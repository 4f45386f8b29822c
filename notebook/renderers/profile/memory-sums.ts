/** How many bytes a program holds, in sums. */
import { css, html } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import type { Profile } from '../../../engine/profile/profile.ts';
import { formatBytes, formatShare } from '../../profile/format.ts';
import type { MemoryLayout } from './memory-layout.ts';

export const sumsStyle = css`
      .sums {
        display: grid;
        grid-template-columns: max-content minmax(60px, 1fr) max-content;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        max-width: 40rem;
        margin: 0 0 var(--space-3);
      }
      .track {
        height: 8px;
        border-radius: 2px;
        background: var(--surface-inset);
      }
      .track span {
        display: block;
        height: 100%;
        min-width: 1px;
        border-radius: 2px;
        background: var(--accent);
        print-color-adjust: exact;
      }
      .track .unshared {
        background: var(--line-strong);
      }
`;

/** Bars of what is held, and what sharing saves. */
export function renderSums({ memory, dispatches }: Profile, { arenaBytes, peak }: MemoryLayout) {
  const sums: [string, number, string][] = [
    ['Parameters', memory.parameterBytes, ''],
    ['Inputs', memory.inputBytes, ''],
  ];
  const count = memory.buffers.length;
  if (count > 0) {
    sums.push([`Arena, ${count} shared buffer${count === 1 ? '' : 's'}`, arenaBytes, '']);
    sums.push(['The same without sharing', memory.unsharedBytes, 'unshared']);
  }
  const largest = Math.max(1, ...sums.map(([, bytes]) => bytes));
  const saved = arenaBytes > 0 && memory.unsharedBytes > 0 ? 1 - arenaBytes / memory.unsharedBytes : 0;
  return html`<dl class="sums">
        ${sums.map(
          ([name, bytes, kind]) => html`<dt>${name}</dt>
            <div class="track" aria-hidden="true"><span class=${kind} style=${styleMap({ width: `${(100 * bytes) / largest}%` })}></span></div>
            <dd>${formatBytes(bytes)}</dd>`,
        )}
      </dl>
      ${
        saved > 0
          ? html`<p class="note">
              Sharing saves ${formatBytes(memory.unsharedBytes - arenaBytes)} (${formatShare(saved)}). At most
              ${formatBytes(peak.bytes)} live at once, while ${dispatches[peak.dispatch]?.label ?? 'nothing'} runs.
            </p>`
          : ''
      }`;
}
