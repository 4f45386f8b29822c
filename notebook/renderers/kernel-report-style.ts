import { css } from 'lit';

export const kernelReportStyle = css`
  :host {
    display: block;
    --tone: var(--success);
  }
  .card {
    display: grid;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-4);
    border: 1px solid var(--line);
    border-left: 3px solid var(--tone);
    border-radius: var(--radius-small) var(--radius) var(--radius) var(--radius-small);
    background: var(--surface-raised);
    font-size: var(--text-note);
    line-height: 1.45;
  }
  .fair {
    --tone: var(--warning);
  }
  .bad {
    --tone: var(--danger);
  }
  p,
  dl,
  dd,
  ul {
    margin: 0;
    padding: 0;
  }
  .headline {
    display: flex;
    gap: var(--space-2);
    font-size: var(--text-body);
    overflow-wrap: anywhere;
  }
  .headline strong {
    color: var(--tone);
  }
  .icon {
    flex: none;
    width: 18px;
    height: 18px;
    margin-top: 2px;
    fill: none;
    stroke: var(--tone);
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .subject {
    margin-top: calc(-1 * var(--space-2));
    padding-left: 26px;
    color: var(--text-muted);
    overflow-wrap: anywhere;
  }
  .subject b {
    color: var(--text);
    font-weight: 600;
  }
  .note {
    color: var(--text-muted);
  }
  code {
    font: var(--text-code) var(--font-code);
  }
  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2) var(--space-5);
  }
  dt {
    color: var(--text-muted);
    font-size: var(--text-small);
  }
  dd {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .offending {
    color: var(--danger);
    font-weight: 600;
  }
  .share {
    width: 64px;
    height: 6px;
    border-radius: 3px;
    background: var(--line);
    overflow: hidden;
  }
  .share span {
    display: block;
    height: 100%;
    background: var(--danger);
  }
  .timing {
    display: grid;
    grid-template-columns: minmax(12rem, 22rem) minmax(0, 1fr);
    align-items: center;
    gap: var(--space-3) var(--space-6);
  }
  .plot {
    position: relative;
    height: 40px;
  }
  .plot > span {
    position: absolute;
  }
  .axis {
    top: 11px;
    left: 0;
    right: 0;
    height: 1px;
    background: var(--line-strong);
  }
  .one {
    top: 2px;
    left: 50%;
    width: 1px;
    height: 20px;
    background: var(--text-muted);
  }
  .range {
    top: 8px;
    min-width: 2px;
    height: 7px;
    border-radius: 3px;
    background: color-mix(in srgb, var(--tone) 45%, transparent);
  }
  .dot {
    top: 6px;
    width: 11px;
    height: 11px;
    margin-left: -5.5px;
    border: 2px solid var(--surface-raised);
    border-radius: 50%;
    background: var(--tone);
  }
  .tick {
    top: 24px;
    color: var(--text-muted);
    font-size: var(--text-small);
    line-height: 1.3;
    white-space: nowrap;
  }
  .middle {
    transform: translateX(-50%);
  }
  .end {
    transform: translateX(-100%);
  }
  .messages {
    display: grid;
    gap: var(--space-2);
    list-style: none;
  }
  .messages li {
    display: grid;
    grid-template-columns: 6.5rem minmax(0, 1fr);
    gap: var(--space-2);
  }
  .place {
    color: var(--text-muted);
    font-variant-numeric: tabular-nums;
  }
  .said {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .severity {
    color: var(--text-muted);
    font-weight: 600;
  }
  .error .severity {
    color: var(--danger);
  }
  .warning .severity {
    color: var(--warning);
  }
  .link {
    padding: 0;
    border: 0;
    background: none;
    color: var(--accent);
    text-decoration: underline;
    text-underline-offset: 0.15em;
    cursor: pointer;
  }
  @media (max-width: 640px) {
    .timing {
      grid-template-columns: minmax(0, 1fr);
    }
    .messages li {
      grid-template-columns: minmax(0, 1fr);
      gap: 0;
    }
  }
`;
