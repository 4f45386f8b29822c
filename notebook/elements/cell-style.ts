import { css } from 'lit';

export const cellStyle = css`
  :host {
    position: relative;
    display: grid;
    grid-template-columns: var(--gutter) minmax(0, 1fr);
    padding: var(--space-2) 0;
    border-radius: var(--radius);
    outline: none;
    scroll-margin: 120px 0 var(--space-6);
  }
  /* The selected cell has a bar at its edge: one colour for commands, another while typing. */
  :host::before {
    position: absolute;
    inset: var(--space-2) auto var(--space-2) -10px;
    width: 3px;
    border-radius: 2px;
    background: transparent;
    content: "";
  }
  :host([selected])::before {
    background: var(--line-strong);
  }
  :host([selected]:focus)::before {
    background: var(--accent);
  }
  :host([selected][editing])::before {
    background: var(--edit);
  }
  :host(:focus-visible) .body {
    border-radius: var(--radius);
    outline: 2px solid var(--accent);
    outline-offset: 4px;
  }
  .gutter {
    display: flex;
    flex-direction: column;
    align-items: flex-end;
    padding: 9px var(--space-3) 0 0;
    color: var(--text-faint);
    font: var(--text-note) / 1.5 var(--font-code);
    font-variant-numeric: tabular-nums;
    user-select: none;
  }
  .prompt {
    position: relative;
    min-width: 32px;
    padding: 0 2px;
    border: 0;
    border-radius: var(--radius-small);
    background: none;
    color: inherit;
    font: inherit;
    text-align: right;
    cursor: pointer;
  }
  .prompt:hover {
    color: var(--accent);
    background: var(--surface-hover);
  }
  .prompt .play {
    display: none;
  }
  .prompt:hover .play {
    display: inline;
  }
  .prompt:hover .count {
    display: none;
  }
  .time {
    font-size: var(--text-small);
    white-space: nowrap;
  }
  :host([data-status="queued"]) .gutter,
  :host([data-status="running"]) .gutter {
    color: var(--accent);
  }
  :host([data-status="running"]) .count {
    animation: breathe 1.6s ease-in-out infinite;
  }
  :host([data-status="failed"]) .time {
    color: var(--danger);
  }
  :host([data-status="interrupted"]) .time {
    color: var(--warning);
  }
  @keyframes breathe {
    50% {
      opacity: 0.35;
    }
  }
  .body {
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
    min-width: 0;
  }
  .source {
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface-editor);
    overflow: hidden;
  }
  :host([editing]) .source {
    border-color: var(--edit);
    background: var(--surface-raised);
  }
  .rendered {
    padding: var(--space-1) 0;
    cursor: default;
  }
  .empty {
    margin: 0;
    color: var(--text-faint);
    font-style: italic;
  }
  .raw {
    margin: 0;
    padding: var(--space-2) var(--space-3);
    color: var(--text-faint);
    font-size: var(--text-small);
  }
  @media (max-width: 640px) {
    :host {
      grid-template-columns: minmax(0, 1fr);
    }
    .gutter {
      flex-direction: row;
      align-items: baseline;
      gap: var(--space-2);
      padding: 0 0 2px;
    }
    .gutter:empty {
      display: none;
    }
    .prompt {
      text-align: left;
    }
  }
`;
