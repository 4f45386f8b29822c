/** Icons of 16 × 16, drawn for Warpbook. */
import { html, svg, type TemplateResult } from 'lit';

const shapes = {
  play: svg`<path d="M5 3.2v9.6l7.5-4.8z" fill="currentColor" />`,
  'play-all': svg`<path d="M2.5 3.5v9l5.5-4.5zM8.5 3.5v9l5.5-4.5z" fill="currentColor" />`,
  stop: svg`<rect x="4" y="4" width="8" height="8" rx="1" fill="currentColor" stroke="none" />`,
  restart: svg`<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.2v2.8h-2.8" />`,
  'restart-run': svg`<path d="M13.5 8.2a5.5 5.5 0 1 1-1.7-4.2M13.5 1.5v3h-3" /><path d="M6.5 5.8v4.4l3.6-2.2z" fill="currentColor" stroke="none" />`,
  add: svg`<path d="M8 3v10M3 8h10" />`,
  up: svg`<path d="M8 13V3.5M4 7.2l4-4 4 4" />`,
  down: svg`<path d="M8 3v9.5M4 8.8l4 4 4-4" />`,
  delete: svg`<path d="M3 4.5h10M6.2 4.5v-1.5h3.6v1.5M4.3 4.5l.6 8.5h6.2l.6-8.5M6.7 7v3.7M9.3 7v3.7" />`,
  open: svg`<path d="M2 12.5v-9h4l1.5 1.8h6v2M2 12.5l2-5.2h10.5l-2 5.2z" />`,
  save: svg`<path d="M8 2.5v7M5 6.8l3 3 3-3M2.8 10.5v2.7h10.4v-2.7" />`,
  light: svg`<circle cx="8" cy="8" r="2.8" /><path d="M8 1.5v1.6M8 12.900v1.6M1.5 8h1.6M12.900 8h1.6M3.4 3.4l1.100 1.100M11.5 11.5l1.100 1.100M12.6 3.4l-1.100 1.100M4.5 11.5l-1.100 1.100" />`,
  dark: svg`<path d="M13.2 9.8a5.8 5.8 0 0 1-7-7 5.8 5.8 0 1 0 7 7z" />`,
  keys: svg`<rect x="1.5" y="4" width="13" height="8.5" rx="1.5" /><path d="M4 6.7h.01M6.7 6.7h.01M9.3 6.7h.01M12 6.7h.01M5 9.8h6" />`,
  kernel: svg`<rect x="4" y="4" width="8" height="8" rx="1" /><path d="M6.2 1.5v2.5M9.8 1.5v2.5M6.2 12v2.5M9.8 12v2.5M1.5 6.2h2.500M1.5 9.8h2.500M12 6.200h2.500M12 9.800h2.500M6.500 6.500l1.500 1.500-1.500 1.500M9 9.600h1" />`,
  swap: svg`<path d="M2.5 5.5h10M9.500 2.500l3 3-3 3M13.500 10.500h-10M6.500 7.500l-3 3 3 3" />`,
  revert: svg`<path d="M3 6.5h6.5a3.3 3.3 0 0 1 0 6.6h-4M5.8 3.5l-3 3 3 3" />`,
  close: svg`<path d="M4 4l8 8M12 4l-8 8" />`,
} as const;

export type IconName = keyof typeof shapes;

export function icon(name: IconName): TemplateResult {
  return html`<svg
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >${shapes[name]}</svg>`;
}

/** The mark: three warp threads, and a weft that goes over and under them. */
export function mark(): TemplateResult {
  return html`<svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke-width="2.6" aria-hidden="true">
    <path stroke="var(--accent)" d="M6 2v3.5M6 10.5v11.5M12 2v11.5M12 18.5v3.5M18 2v3.5M18 10.5v11.5" />
    <path stroke="var(--chart-2)" d="M2 8h7.5M14.5 8h7.5M2 16h1.5M8.5 16h7M20.5 16h1.5" />
  </svg>`;
}
