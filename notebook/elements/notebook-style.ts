import { css } from 'lit';

export const notebookStyle = css`
  :host {
    display: block;
    min-height: 100vh;
  }
  .top {
    position: sticky;
    top: 0;
    z-index: 10;
    border-bottom: 1px solid var(--line);
    background: var(--surface-page);
  }
  .bar {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    max-width: calc(var(--column) + var(--gutter) + 2 * var(--space-5));
    margin: 0 auto;
    padding: var(--space-2) var(--space-5) 0;
  }
  .bar + .bar {
    padding: 2px var(--space-5) var(--space-1);
  }
  warp-toolbar {
    flex: 1;
    min-width: 0;
  }
  .brand {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    font-size: var(--text-large);
    font-weight: 650;
    letter-spacing: -0.02em;
  }
  .name {
    min-width: 4rem;
    width: 14rem;
    field-sizing: content;
    max-width: 22rem;
    padding: 2px var(--space-2);
    border: 1px solid transparent;
    border-radius: var(--radius-small);
    background: none;
    color: var(--text-muted);
    text-overflow: ellipsis;
  }
  .name:hover {
    border-color: var(--line-strong);
  }
  .name:focus {
    border-color: var(--accent);
    background: var(--surface-raised);
    color: var(--text);
  }
  .space {
    flex: 1;
  }
  warp-badge {
    flex: 0 1 auto;
  }
  .theme {
    flex: none;
  }
  main {
    max-width: calc(var(--column) + var(--gutter) + 2 * var(--space-5));
    margin: 0 auto;
    padding: var(--space-5) var(--space-5) 40vh;
  }
  .cells {
    display: flex;
    flex-direction: column;
    gap: var(--space-1);
  }
  /* Cells draw their own mark of focus. */
  .cells > :focus-visible {
    outline: none;
  }
  .add {
    margin: var(--space-4) 0 0 var(--gutter);
  }
  .banner {
    /* In sight wherever the reader is. */
    position: sticky;
    top: 96px;
    z-index: 5;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3) var(--space-5);
    margin: 0 0 var(--space-5) var(--gutter);
    padding: var(--space-3) var(--space-4);
    border: 1px solid color-mix(in srgb, var(--warning) 35%, transparent);
    border-radius: var(--radius);
    background: var(--warning-soft);
    box-shadow: var(--shadow);
    font-size: var(--text-note);
  }
  /* Whoever only reads is told once. */
  .banner.advice {
    position: static;
    box-shadow: none;
  }
  .banner.problem {
    border-color: color-mix(in srgb, var(--danger) 35%, transparent);
    background: var(--danger-soft);
  }
  .banner p {
    flex: 1 1 20rem;
    margin: 0;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  .notice {
    position: fixed;
    bottom: var(--space-5);
    left: 50%;
    z-index: 20;
    max-width: calc(100vw - 2 * var(--space-4));
    padding: var(--space-2) var(--space-4);
    border-radius: var(--radius);
    background: var(--text);
    color: var(--surface-page);
    font-size: var(--text-note);
    box-shadow: var(--shadow);
    transform: translateX(-50%);
  }
  .dropping {
    position: fixed;
    inset: var(--space-4);
    z-index: 30;
    display: grid;
    place-items: center;
    border: 2px dashed var(--accent);
    border-radius: 12px;
    background: color-mix(in srgb, var(--surface-page) 88%, transparent);
    color: var(--accent);
    font-size: var(--text-large);
    font-weight: 600;
    pointer-events: none;
  }
  @media (max-width: 640px) {
    .bar,
    .bar + .bar {
      gap: var(--space-2);
      padding-left: var(--space-4);
      padding-right: var(--space-3);
    }
    main {
      padding: var(--space-4) var(--space-4) 40vh;
    }
    .product {
      display: none;
    }
    .name {
      width: auto;
      flex: 1 1 5rem;
    }
    .space {
      display: none;
    }
    warp-badge {
      flex: 0 2 auto;
    }
  }
`;
