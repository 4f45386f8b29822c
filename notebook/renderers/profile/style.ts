/** Styles that the views of a profile share. */
import { css } from 'lit';

export const profileStyle = css`
  :host {
    display: block;
    min-width: 0;
    font-size: var(--text-note);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2);
    margin-bottom: var(--space-2);
  }
  .bar .space {
    flex: 1;
  }
  .bar .button {
    min-height: 28px;
    padding: 0 var(--space-2);
  }
  .bar .button.icon {
    width: 28px;
    padding: 0;
  }
  .chart {
    position: relative;
    border-radius: var(--radius-small);
  }
  .chart:focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .chart svg,
  .chart canvas {
    display: block;
    width: 100%;
  }
  svg text {
    fill: var(--text-muted);
    font: 11px var(--font-text);
    font-variant-numeric: tabular-nums;
  }
  svg .grid {
    stroke: var(--line);
  }
  svg .axis {
    stroke: var(--line-strong);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-4);
    margin: var(--space-2) 0 0;
    padding: 0;
    list-style: none;
    color: var(--text-muted);
    font-size: var(--text-small);
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 6px;
    white-space: nowrap;
  }
  .swatch {
    flex: none;
    width: 10px;
    height: 10px;
    border-radius: 2px;
    print-color-adjust: exact;
  }
  .note {
    margin: var(--space-2) 0 0;
    max-width: 46rem;
    color: var(--text-muted);
    line-height: 1.5;
    overflow-wrap: anywhere;
  }
  .note code {
    font: var(--text-small) var(--font-code);
    color: var(--text);
  }
  .tooltip {
    position: absolute;
    z-index: 3;
    width: max-content;
    max-width: min(320px, 100%);
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface-raised);
    box-shadow: var(--shadow);
    font-size: var(--text-small);
    line-height: 1.45;
    pointer-events: none;
  }
  .tooltip strong {
    display: flex;
    align-items: center;
    gap: 6px;
    margin-bottom: 2px;
    font-size: var(--text-note);
    overflow-wrap: anywhere;
  }
  .tooltip dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0 var(--space-3);
    margin: 0;
  }
  .tooltip dt {
    color: var(--text-muted);
  }
  .tooltip dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  @media print {
    .bar,
    .tooltip,
    .hint {
      display: none;
    }
  }
`;
