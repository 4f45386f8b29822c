import { css } from 'lit';

export const trainingStyle = css`
  :host {
    display: block;
    min-width: 0;
    max-width: 46rem;
    font-size: var(--text-note);
  }
  .label {
    margin: 0 0 var(--space-2);
    font-weight: 600;
  }
  dl {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2) var(--space-5);
    margin: 0 0 var(--space-3);
  }
  dt {
    color: var(--text-muted);
    font-size: var(--text-small);
  }
  dd {
    margin: 0;
    font-size: var(--text-large);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  dd small {
    color: var(--text-muted);
    font-size: var(--text-small);
  }
  .track {
    height: 6px;
    margin-bottom: var(--space-3);
    border-radius: 3px;
    background: var(--line);
    overflow: hidden;
  }
  .bar {
    height: 100%;
    border-radius: 3px;
    background: var(--accent);
    transform-origin: left;
    transition: transform 200ms linear;
  }
  .complete .bar,
  .early .bar {
    background: var(--success);
  }
  .stopped .bar {
    background: var(--warning);
  }
  .chart svg {
    display: block;
    width: 100%;
  }
  svg text {
    fill: var(--text-muted);
    font: 11px var(--font-text);
    font-variant-numeric: tabular-nums;
  }
  svg .title {
    fill: var(--text);
    font-weight: 600;
  }
  .grid {
    stroke: var(--line);
  }
  .axis {
    stroke: var(--line-strong);
  }
  .band {
    fill: var(--chart-1);
    opacity: 0.18;
  }
  .curve {
    fill: none;
    stroke: var(--chart-1);
    stroke-width: 1.75;
    stroke-linejoin: round;
  }
  .curve.validation {
    stroke: var(--chart-2);
  }
  .point {
    fill: var(--chart-2);
  }
  .best {
    fill: none;
    stroke: var(--chart-2);
    stroke-width: 1.5;
  }
  .state {
    margin: var(--space-2) 0 0;
    color: var(--text-muted);
  }
  .problem {
    margin: var(--space-2) 0 0;
    padding: var(--space-2) var(--space-3);
    border-left: 3px solid var(--warning);
    border-radius: 0 var(--radius-small) var(--radius-small) 0;
    background: var(--warning-soft);
    overflow-wrap: anywhere;
  }
`;
