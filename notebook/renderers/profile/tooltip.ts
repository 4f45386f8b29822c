/** The box that says what is under the pointer, or what the arrow keys have chosen. */
import { html, nothing } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';

export interface TooltipContent {
  readonly title: string;
  /** Token of the colour beside the title. */
  readonly token?: string | undefined;
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Where it points to, CSS pixels in its chart. */
export interface TooltipPlace {
  readonly x: number;
  readonly y: number;
  /** Width of the chart. */
  readonly width: number;
}

/** Beside its place, on the side that has more room. The text is also what screen readers hear of a choice by keyboard. */
export function renderTooltip(content: TooltipContent | undefined, place: TooltipPlace | undefined) {
  if (!content || !place) return html`<div class="unseen" role="status"></div>`;
  const { x, y, width } = place;
  const right = x > width / 2;
  const distance = 14;
  const room = right ? x - distance : width - x - distance;
  // On a narrow screen there is room on neither side: then below, from edge to edge.
  const style =
    room < 200
      ? { left: '0', right: '0', margin: '0 auto', top: `${y + 22}px` }
      : {
          top: `${y + 10}px`,
          maxWidth: `${Math.min(320, room)}px`,
          ...(right ? { right: `${width - x + distance}px` } : { left: `${x + distance}px` }),
        };
  return html`<div class="tooltip" role="status" style=${styleMap(style)}>
    <strong>
      ${
        content.token === undefined
          ? nothing
          : html`<span class="swatch" style=${styleMap({ background: `var(${content.token})` })}></span>`
      }${content.title}
    </strong>
    <dl>
      ${content.facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
    </dl>
  </div>`;
}

/** Which colour is which kernel. */
export function renderLegend(tokens: ReadonlyMap<string, string>) {
  if (tokens.size === 0) return nothing;
  return html`<ul class="legend" aria-label="Colours of the kernels">
    ${[...tokens].map(
      ([kernel, token]) => html`<li>
        <span class="swatch" style=${styleMap({ background: `var(${token})` })}></span>${kernel}
      </li>`,
    )}
  </ul>`;
}
