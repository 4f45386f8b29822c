import { css } from 'lit';

export const dialogStyle = css`
  dialog {
    width: min(40rem, calc(100vw - 2 * var(--space-4)));
    max-height: min(85vh, 46rem);
    padding: 0 var(--space-5) var(--space-5);
    border: 1px solid var(--line);
    border-radius: 10px;
    background: var(--surface-raised);
    color: var(--text);
    font: var(--text-body) / 1.5 var(--font-text);
    box-shadow: var(--shadow);
    overflow: auto;
  }
  dialog::backdrop {
    background: rgb(20 22 24 / 45%);
  }
  dialog > header {
    position: sticky;
    top: 0;
    z-index: 1;
    display: flex;
    align-items: center;
    justify-content: space-between;
    padding: var(--space-4) 0 var(--space-2);
    background: var(--surface-raised);
  }
  dialog h2 {
    margin: 0;
    font-size: var(--text-large);
    font-weight: 650;
  }
  dialog h3 {
    margin: var(--space-5) 0 var(--space-2);
    color: var(--text-muted);
    font-size: var(--text-note);
    font-weight: 600;
  }
`;
