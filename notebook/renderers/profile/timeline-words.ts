/** What the timeline says beside its drawing. */
import { css, html, unsafeCSS } from 'lit';
import { formatDuration } from '../../profile/format.ts';
import { rows } from './timeline-drawing.ts';
import type { Block } from './timeline-layout.ts';
import type { TooltipContent } from './tooltip.ts';

export const timelineStyle = css`
      .chart {
        touch-action: pan-y;
        cursor: grab;
        user-select: none;
      }
      .chart:active {
        cursor: grabbing;
      }
      canvas {
        height: ${unsafeCSS(rows.height)}px;
      }
      .hint {
        margin: var(--space-2) 0 0;
        color: var(--text-faint);
        font-size: var(--text-small);
      }
      .seen {
        color: var(--text-muted);
        font-variant-numeric: tabular-nums;
      }
`;

const stageWords: Readonly<Record<string, string>> = {
  compile: 'Shaders were compiled when the program was made; shown directly before the run.',
  'write inputs': 'Inputs were checked and queued for copying to the GPU.',
  encode: 'The list of dispatches became a command buffer.',
  submit: 'The command buffer was handed to the browser.',
  gpu: 'From the first dispatch to the end of the last; the gap before it is the latency of the submission.',
  'read back': 'From the end of the last dispatch until the outputs were on the host.',
};

/** What there is to say about a stage. */
export function stageContent(block: Block): TooltipContent {
  return {
    title: block.label,
    facts: [
      ['took', formatDuration(block.end - block.start)],
      ['what', stageWords[block.label] ?? ''],
    ],
  };
}

/** What is drawn, and which keys and gestures there are. */
export function renderHint() {
  return html`<p class="note">
        A block begins where the dispatch began in the recorded run, and is as long as its median. Gaps are where the GPU
        was idle, or that run slower than the median.
      </p>
      <p class="hint" id="hint">
        Drag or <kbd>←</kbd> <kbd>→</kbd> to move, wheel (after a click, or with Ctrl), pinch or <kbd>+</kbd> <kbd>−</kbd> to
        zoom, <kbd>↓</kbd> <kbd>↑</kbd> from dispatch to dispatch, <kbd>0</kbd> to fit.
      </p>`;
}
