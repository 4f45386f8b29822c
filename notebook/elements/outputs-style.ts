import { css } from 'lit';

export const outputsStyle = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
    min-width: 0;
  }
  .output {
    min-width: 0;
  }
  .text {
    margin: 0;
    max-height: 32rem;
    overflow: auto;
    font: var(--text-code) / 1.5 var(--font-code);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    tab-size: 4;
  }
  .text.stderr {
    padding: var(--space-2) var(--space-3);
    border-left: 3px solid var(--warning);
    border-radius: 0 var(--radius-small) var(--radius-small) 0;
    background: var(--warning-soft);
  }
  .backend {
    width: fit-content;
    margin: 0;
    padding: 0 var(--space-2);
    border: 1px solid var(--warning);
    border-radius: 999px;
    color: var(--warning);
    font-size: var(--text-small);
    font-weight: 600;
  }
  .picture {
    display: block;
    max-width: 100%;
    height: auto;
    border-radius: var(--radius-small);
  }
  .gallery {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
    gap: var(--space-3);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .gallery.long {
    max-height: 40rem;
    padding: 2px;
    overflow-y: auto;
  }
  .gallery figure {
    margin: 0;
  }
  .gallery img {
    display: block;
    width: 100%;
    aspect-ratio: 1;
    object-fit: cover;
    border-radius: var(--radius);
    background: var(--surface-inset);
  }
  .gallery figcaption {
    margin-top: var(--space-1);
    color: var(--text-muted);
    font-size: var(--text-small);
    line-height: 1.35;
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
  }
  .progress {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: var(--space-1) var(--space-4);
    max-width: 32rem;
    font-size: var(--text-note);
  }
  .progress-figures {
    color: var(--text-muted);
    font-variant-numeric: tabular-nums;
  }
  .progress-track {
    grid-column: 1 / -1;
    height: 6px;
    border-radius: 3px;
    background: var(--line);
    overflow: hidden;
  }
  .progress-bar {
    height: 100%;
    border-radius: 3px;
    background: var(--accent);
    transform-origin: left;
    transition: transform 120ms linear;
  }
  .progress.complete .progress-bar {
    background: var(--success);
  }
  .error {
    padding: var(--space-3);
    border-left: 3px solid var(--danger);
    border-radius: 0 var(--radius) var(--radius) 0;
    background: var(--danger-soft);
  }
  .error.stopped {
    border-left-color: var(--warning);
    background: var(--warning-soft);
  }
  .error-headline {
    margin: 0;
    overflow-wrap: anywhere;
  }
  .error-message {
    white-space: pre-wrap;
  }
  .error-headline strong {
    color: var(--danger);
  }
  .stopped .error-headline strong {
    color: var(--warning);
  }
  .error-line {
    margin-left: var(--space-2);
  }
  .traceback {
    margin: var(--space-2) 0 0;
    color: var(--text-muted);
    font: var(--text-note) / 1.5 var(--font-code);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    font: inherit;
    text-decoration: underline;
    text-underline-offset: 0.15em;
    cursor: pointer;
  }
`;
