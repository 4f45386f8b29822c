/** Styles that every element with buttons, fields or focus shares. */
import { css } from 'lit';

export const controls = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-height: 32px;
    padding: 0 var(--space-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface-raised);
    color: var(--text);
    font-size: var(--text-note);
    font-weight: 500;
    white-space: nowrap;
    cursor: pointer;
  }
  .button:hover:not(:disabled) {
    background: var(--surface-hover);
  }
  .button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accent-contrast);
  }
  .button.primary:hover:not(:disabled) {
    filter: brightness(1.08);
    background: var(--accent);
  }
  .button.quiet {
    border-color: transparent;
    background: none;
    color: var(--text-muted);
  }
  .button.quiet:hover:not(:disabled) {
    background: var(--surface-hover);
    color: var(--text);
  }
  .button.icon {
    width: 32px;
    padding: 0;
  }
  .button:disabled {
    opacity: 0.4;
    cursor: default;
  }
  .select {
    min-height: 32px;
    padding: 0 var(--space-2);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    background: var(--surface-raised);
    font-size: var(--text-note);
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  kbd {
    display: inline-block;
    min-width: 1.6em;
    padding: 0 0.4em;
    border: 1px solid var(--line-strong);
    border-bottom-width: 2px;
    border-radius: var(--radius-small);
    background: var(--surface-inset);
    font: var(--text-small) / 1.6 var(--font-code);
    text-align: center;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 0.01ms !important;
      scroll-behavior: auto !important;
    }
  }
`;
