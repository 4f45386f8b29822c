import { css } from 'lit';

export const inputStyle = css`
  :host {
    display: block;
  }
  .field {
    display: inline-flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    font-size: var(--text-note);
    font-weight: 500;
  }
  .select {
    max-width: 100%;
    min-width: 12rem;
    font-weight: 400;
  }
  .drop {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    padding: var(--space-3);
    border: 1px dashed var(--line-strong);
    border-radius: var(--radius);
  }
  .drop.dragging {
    border-color: var(--accent);
    background: var(--accent-soft);
  }
  .button:focus-within {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .hint {
    color: var(--text-muted);
    font-size: var(--text-note);
  }
`;
