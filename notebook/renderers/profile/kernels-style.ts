import { css } from 'lit';

/** Beyond `tableStyle`. */
export const kernelsStyle = css`
  .scroll {
    width: auto;
  }
  table {
    min-width: 100%;
    font-size: var(--text-small);
  }
  td {
    white-space: nowrap;
    vertical-align: middle;
  }
  th button {
    padding: var(--space-2);
  }
  td {
    padding: 3px var(--space-2);
  }
  .name {
    position: sticky;
    left: 0;
    background: var(--surface-page);
  }
  td.name {
    max-width: 16rem;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  th.name {
    z-index: 2;
    background: var(--surface-raised);
  }
  tbody tr:hover td.name {
    background: var(--surface-hover);
  }
  .name .swatch {
    display: inline-block;
    margin-right: 7px;
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    cursor: pointer;
  }
  .time {
    display: grid;
    grid-template-columns: 1fr 4.6em;
    gap: 0.4em;
  }
  .uncertainty {
    text-align: left;
    font-weight: 400;
  }
  .uncertainty,
  .hidden-time {
    color: var(--text-muted);
  }
  .share {
    display: grid;
    grid-template-columns: minmax(56px, 1fr) 3.7em;
    align-items: center;
    gap: var(--space-2);
  }
  .track {
    height: 6px;
    border-radius: 3px;
    background: var(--line);
    overflow: hidden;
  }
  .fill {
    display: block;
    height: 100%;
    min-width: 1px;
    background: var(--chart-1);
    print-color-adjust: exact;
  }
  tfoot td {
    position: sticky;
    bottom: 0;
    border-top: 1px solid var(--line-strong);
    border-bottom: 0;
    background: var(--surface-raised);
    font-weight: 600;
  }
  tfoot td.name {
    background: var(--surface-raised);
  }
  input[type='search'] {
    width: 14rem;
    max-width: 100%;
    min-height: 28px;
    padding: 0 var(--space-2);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface-raised);
  }
  label.toggle {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 28px;
    color: var(--text-muted);
    cursor: pointer;
  }
  label.toggle input {
    accent-color: var(--accent);
  }
  .count {
    color: var(--text-muted);
  }
  @media print {
    .scroll,
    .scroll.long {
      max-height: none;
      overflow: visible;
    }
    td {
      white-space: normal;
    }
  }
`;
