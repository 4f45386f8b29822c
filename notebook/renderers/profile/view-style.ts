import { css } from 'lit';

export const viewStyle = css`
  .heading {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-2);
  }
  h4 {
    margin: 0;
    font-size: var(--text-body);
    font-weight: 600;
  }
  .exports {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  .exports .button {
    gap: 5px;
    min-height: 28px;
    padding: 0 var(--space-2);
  }
  .arrow {
    color: var(--text-faint);
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2) var(--space-5);
    margin: var(--space-3) 0 0;
  }
  .facts dt {
    color: var(--text-muted);
    font-size: var(--text-small);
  }
  .facts dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .facts div:first-child dd {
    font-weight: 600;
  }
  .tabs {
    display: flex;
    gap: var(--space-1);
    margin: var(--space-4) 0 var(--space-3);
    border-bottom: 1px solid var(--line-strong);
    overflow-x: auto;
    scrollbar-width: none;
  }
  [role='tab'] {
    margin-bottom: -1px;
    padding: var(--space-2) var(--space-3);
    border: 0;
    border-bottom: 2px solid transparent;
    background: none;
    color: var(--text-muted);
    font-size: var(--text-note);
    font-weight: 500;
    cursor: pointer;
  }
  [role='tab']:hover {
    color: var(--text);
  }
  [role='tab']:focus-visible {
    outline-offset: -2px;
  }
  [role='tab'][aria-selected='true'] {
    border-bottom-color: var(--accent);
    color: var(--text);
  }
  .alone {
    margin-top: var(--space-4);
  }
  @media print {
    .exports,
    [role='tab'][aria-selected='false'] {
      display: none;
    }
  }
`;
