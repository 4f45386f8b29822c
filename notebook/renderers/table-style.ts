import { css } from 'lit';

export const tableStyle = css`
  :host {
    display: block;
  }
  .scroll {
    width: fit-content;
    max-width: 100%;
    overflow: auto;
    border: 1px solid var(--line);
    border-radius: var(--radius);
  }
  .scroll.long {
    max-height: 30rem;
  }
  table {
    border-collapse: separate;
    border-spacing: 0;
    font-size: var(--text-note);
    line-height: 1.4;
  }
  th {
    position: sticky;
    top: 0;
    z-index: 1;
    padding: 0;
    border-bottom: 1px solid var(--line-strong);
    background: var(--surface-raised);
    text-align: left;
  }
  th button {
    display: flex;
    gap: var(--space-1);
    width: 100%;
    padding: var(--space-2) var(--space-3);
    border: 0;
    background: none;
    color: var(--text-muted);
    font-weight: 600;
    text-align: inherit;
    white-space: nowrap;
    cursor: pointer;
  }
  th button:hover {
    color: var(--text);
  }
  th button:focus-visible {
    outline-offset: -2px;
  }
  th.numeric button {
    justify-content: flex-end;
  }
  th.numeric .arrow {
    order: -1;
  }
  .arrow {
    width: 0.8em;
    color: var(--accent);
  }
  td {
    padding: var(--space-1) var(--space-3);
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  td.long {
    min-width: 14rem;
  }
  tr:last-child td {
    border-bottom: 0;
  }
  tbody tr:hover td {
    background: var(--surface-hover);
  }
  .numeric {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .numeric,
  .short {
    white-space: nowrap;
  }
`;
