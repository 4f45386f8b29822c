/** The roofline: how fast each dispatch computes, against what arithmetic and memory of the device allow. */
import { css, html, LitElement, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Profile } from '../../../engine/profile/profile.ts';
import { formatSignificant } from '../../profile/format.ts';
import { rowFacts } from '../../profile/rows.ts';
import { controls } from '../../styles/controls.ts';
import { ChartWidth } from './chart-width.ts';
import { layOutRoofline, type RooflineLayout, type RooflinePoint } from './roofline-layout.ts';
import { describeCeilings } from './roofline-words.ts';
import { logPosition, logTicks } from './scale.ts';
import { profileStyle } from './style.ts';
import { renderLegend, renderTooltip } from './tooltip.ts';

const margin = { left: 46, right: 14, top: 12, bottom: 40 };

@customElement('warp-profile-roofline')
export class WarpProfileRoofline extends LitElement {
  static override styles = [
    controls,
    profileStyle,
    css`
      .roof {
        fill: none;
        stroke: var(--text);
        stroke-width: 1.5;
      }
      .roof.half {
        stroke: var(--text-muted);
        stroke-dasharray: 5 3;
      }
      .under {
        fill: var(--accent-soft);
        opacity: 0.35;
      }
      .point {
        fill-opacity: 0.75;
        stroke: var(--surface-raised);
        stroke-width: 1;
        cursor: default;
      }
      .point.at-least {
        fill-opacity: 0;
        stroke-width: 1.5;
      }
      .point.chosen {
        fill-opacity: 1;
        stroke: var(--text);
        stroke-width: 2;
      }
      svg .roof-name {
        fill: var(--text);
        paint-order: stroke;
        stroke: var(--surface-page);
        stroke-width: 3px;
      }
    `,
  ];

  @property({ attribute: false }) profile!: Profile;
  /** Colour tokens by kernel. */
  @property({ attribute: false }) tokens: ReadonlyMap<string, string> = new Map();
  @state() private chosen: RooflinePoint | undefined;
  #layout!: RooflineLayout;
  readonly #width = new ChartWidth(this);

  override willUpdate(changes: Map<string, unknown>) {
    if (!changes.has('profile')) return;
    this.#layout = layOutRoofline(this.profile);
    this.chosen = undefined;
  }

  override render() {
    const { points, unplaced } = this.#layout;
    const { chosen } = this;
    const width = this.#width.value;
    const place = chosen && { ...this.position(chosen), width };
    const facts = chosen && [
      ...(chosen.atLeast ? [['speed', 'at least this: shorter than a step of the clock'] as const] : []),
      ...rowFacts(chosen.row),
      ['intensity', `${formatSignificant(chosen.intensity)} FLOP/byte`] as const,
    ];
    return html`<div
        class="chart"
        tabindex="0"
        role="application"
        aria-roledescription="roofline chart"
        aria-label="Roofline of ${points.length} dispatches; arrow keys go from one to the next, the most costly first"
        @keydown=${this.onKey}
        @blur=${() => this.choose(undefined)}
        @pointerleave=${() => this.choose(undefined)}
      >
        ${width > 0 ? this.renderChart(width) : html`<div style="height: 320px"></div>`}
        ${renderTooltip(chosen && { title: chosen.row.label, token: this.tokens.get(chosen.row.kernel), facts: facts ?? [] }, place)}
      </div>
      ${renderLegend(this.tokens)}
      <p class="note">
        A point is a dispatch; its area goes with its share of the time.${
          points.some(({ atLeast }) => atLeast)
            ? ' Hollow ones ran shorter than a step of the clock and are at least as fast as drawn.'
            : ''
        }${unplaced > 0 ? ` ${unplaced} dispatch${unplaced === 1 ? '' : 'es'} without arithmetic are not drawn.` : ''}
      </p>
      ${describeCeilings(this.profile)}`;
  }

  private height(width: number): number {
    return Math.round(Math.min(Math.max(width * 0.52, 300), 440));
  }

  private position({ intensity, gigaflops }: { intensity: number; gigaflops: number }) {
    const width = this.#width.value;
    const height = this.height(width);
    const { intensity: x, gigaflops: y } = this.#layout;
    return {
      x: margin.left + logPosition(intensity, ...x) * (width - margin.left - margin.right),
      y: height - margin.bottom - logPosition(gigaflops, ...y) * (height - margin.top - margin.bottom),
    };
  }

  private renderChart(width: number) {
    const height = this.height(width);
    const { intensity, gigaflops, points } = this.#layout;
    const right = width - margin.right;
    const foot = height - margin.bottom;
    return html`<svg viewBox="0 0 ${width} ${height}" height=${height} aria-hidden="true">
      <defs><clipPath id="plot"><rect x=${margin.left} y=${margin.top} width=${right - margin.left} height=${foot - margin.top}></rect></clipPath></defs>
      ${logTicks(...intensity).map(({ value, label }) => {
        const { x } = this.position({ intensity: value, gigaflops: gigaflops[0] });
        return svg`<line class="grid" x1=${x} x2=${x} y1=${margin.top} y2=${foot}></line>
          <text x=${x} y=${foot + 15} text-anchor="middle">${label}</text>`;
      })}
      ${logTicks(...gigaflops).map(({ value, label }) => {
        const { y } = this.position({ intensity: intensity[0], gigaflops: value });
        return svg`<line class="grid" x1=${margin.left} x2=${right} y1=${y} y2=${y}></line>
          <text x=${margin.left - 6} y=${y + 4} text-anchor="end">${label}</text>`;
      })}
      <line class="axis" x1=${margin.left} x2=${right} y1=${foot} y2=${foot}></line>
      <line class="axis" x1=${margin.left} x2=${margin.left} y1=${margin.top} y2=${foot}></line>
      <text x=${(margin.left + right) / 2} y=${height - 6} text-anchor="middle">arithmetic intensity, FLOP/byte</text>
      <text x="11" y=${(margin.top + foot) / 2} text-anchor="middle" transform="rotate(-90 11 ${(margin.top + foot) / 2})">GFLOP/s</text>
      <g clip-path="url(#plot)">${this.renderRoofs()}</g>
      ${guard([points, width, this.tokens], () => points.map((point) => this.renderPoint(point)))}
      ${this.chosen ? this.renderPoint(this.chosen, true) : nothing}
    </svg>`;
  }

  private renderPoint(point: RooflinePoint, chosen = false) {
    const { x, y } = this.position(point);
    const colour = `var(${this.tokens.get(point.row.kernel) ?? '--text-faint'})`;
    const style = { fill: colour, ...(point.atLeast && !chosen ? { stroke: colour } : {}) };
    return svg`<circle class="point ${point.atLeast ? 'at-least' : ''} ${chosen ? 'chosen' : ''}" cx=${x} cy=${y} r=${point.radius}
      style=${styleMap(style)} @pointerenter=${() => this.choose(point)} @pointerdown=${() => this.choose(point)}></circle>`;
  }

  private renderRoofs() {
    const { roofs, intensity } = this.#layout;
    const { ceilings } = this.profile;
    if (!ceilings || roofs.length === 0) return nothing;
    const slope = (at: number) => ({ intensity: at, gigaflops: at * ceilings.copyBandwidth });
    const path = (list: readonly { intensity: number; gigaflops: number }[]) =>
      list
        .map((point) => this.position(point))
        .map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`)
        .join(' ');
    const lines = roofs.map(({ ridge, gigaflops, name }, index) => {
      const end = { intensity: intensity[1], gigaflops };
      const start = index === 0 ? [slope(intensity[0])] : [];
      const line = [...start, { intensity: ridge, gigaflops }, end];
      const { x, y } = this.position(end);
      return svg`<polyline class="roof ${index > 0 ? 'half' : ''}" points=${path(line)}></polyline>
        <text class="roof-name" x=${x - 6} y=${y - 6} text-anchor="end">${name}: ${formatSignificant(gigaflops)} GFLOP/s</text>`;
    });
    const first = roofs[0]!;
    const highest = roofs.reduce((best, roof) => (roof.gigaflops > best.gigaflops ? roof : best));
    const from = this.position(slope(intensity[0]));
    const ridge = this.position({ intensity: first.ridge, gigaflops: first.gigaflops });
    const top = this.position({ intensity: highest.ridge, gigaflops: highest.gigaflops });
    const angle = (Math.atan2(ridge.y - from.y, ridge.x - from.x) * 180) / Math.PI;
    const middle = this.position(slope(Math.sqrt(intensity[0] * first.ridge)));
    const foot = this.position({ intensity: intensity[0], gigaflops: this.#layout.gigaflops[0] });
    const end = this.position({ intensity: intensity[1], gigaflops: first.gigaflops });
    return svg`<polygon class="under" points="${from.x},${from.y} ${ridge.x},${ridge.y} ${end.x},${end.y} ${end.x},${foot.y} ${foot.x},${foot.y}"></polygon>
      ${first === highest ? nothing : svg`<line class="roof half" x1=${ridge.x} y1=${ridge.y} x2=${top.x} y2=${top.y}></line>`}
      ${lines}
      <text class="roof-name" x=${middle.x} y=${middle.y - 7} text-anchor="middle" transform="rotate(${angle.toFixed(1)} ${middle.x} ${middle.y})">copy: ${formatSignificant(ceilings.copyBandwidth)} GB/s</text>`;
  }

  private choose(point: RooflinePoint | undefined) {
    this.chosen = point;
  }

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { points } = this.#layout;
    const at = this.chosen ? points.indexOf(this.chosen) : -1;
    const target = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: points.length - 1,
      Escape: -1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(
      event.key === 'Escape' ? undefined : points[Math.min(Math.max(target, 0), points.length - 1)],
    );
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-profile-roofline': WarpProfileRoofline;
  }
}
