/** Styles of rendered Markdown and of sanitised HTML. */
import { css } from 'lit';

export const prose = css`
  .prose {
    /* Saved styles such as position: fixed stay inside their cell. */
    contain: layout paint;
    overflow-wrap: anywhere;
  }
  .prose > :first-child {
    margin-top: 0;
  }
  .prose > :last-child {
    margin-bottom: 0;
  }
  .prose :is(h1, h2, h3, h4, h5, h6) {
    margin: 1.4em 0 0.5em;
    line-height: 1.25;
    font-weight: 650;
    letter-spacing: -0.01em;
    text-wrap: balance;
  }
  .prose h1 {
    font-size: var(--text-heading-1);
    letter-spacing: -0.02em;
  }
  .prose h2 {
    font-size: var(--text-heading-2);
  }
  .prose h3 {
    font-size: var(--text-heading-3);
  }
  .prose :is(h4, h5, h6) {
    font-size: var(--text-body);
  }
  .prose :is(p, ul, ol, pre, blockquote, table) {
    margin: 0 0 0.8em;
  }
  .prose p {
    max-width: 74ch;
  }
  .prose li {
    max-width: 72ch;
  }
  .prose :is(ul, ol) {
    padding-left: 1.5em;
  }
  .prose li + li {
    margin-top: 0.2em;
  }
  .prose a {
    color: var(--accent);
    text-underline-offset: 0.15em;
    text-decoration-thickness: 1px;
  }
  .prose code {
    padding: 0.1em 0.3em;
    border-radius: var(--radius-small);
    background: var(--surface-inset);
    font: 0.9em var(--font-code);
  }
  .prose pre {
    padding: var(--space-3);
    border-radius: var(--radius);
    background: var(--surface-inset);
    overflow-x: auto;
    line-height: 1.5;
  }
  .prose pre code {
    padding: 0;
    background: none;
    font-size: var(--text-code);
  }
  .prose blockquote {
    padding-left: var(--space-4);
    border-left: 3px solid var(--line-strong);
    color: var(--text-muted);
  }
  .prose hr {
    border: 0;
    border-top: 1px solid var(--line);
    margin: 1.5em 0;
  }
  .prose img {
    max-width: 100%;
    height: auto;
  }
  .prose table {
    border-collapse: collapse;
    font-size: var(--text-note);
    display: block;
    overflow-x: auto;
  }
  .prose math {
    font-size: 1.06em;
  }
  .prose :is(th, td) {
    padding: var(--space-1) var(--space-3);
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
  }
  .prose th {
    font-weight: 600;
    border-bottom-color: var(--line-strong);
  }
`;
