/** The arena over the dispatches: which value lives where and until when, and what sharing saves. */
import { css, html, LitElement, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { Profile } from '../../../engine/profile/profile.ts';
import { formatBytes } from '../../profile/format.ts';
import { controls } from '../../styles/controls.ts';
import { ChartWidth } from './chart-width.ts';
import { fitted } from './fitted.ts';
import { layOutMemory, type MemoryLayout, type ResidencyBox } from './memory-layout.ts';
import { renderSums, sumsStyle } from './memory-sums.ts';
import { niceStep } from './scale.ts';
import { profileStyle } from './style.ts';
import { renderLegend, renderTooltip } from './tooltip.ts';

const margin = { left: 58, right: 58, top: 8, bottom: 36 };
const height = 300;
/** Near enough without a canvas: the average letter of 11 px. */
const measure = (text: string) => 6.2 * text.length;

@customElement('warp-profile-memory')
export class WarpProfileMemory extends LitElement {
  static override styles = [
    controls,
    profileStyle,
    sumsStyle,
    css`
      .chart {
        margin-top: var(--space-4);
      }
      .sums dt {
        color: var(--text-muted);
      }
      .sums dd {
        margin: 0;
        font-variant-numeric: tabular-nums;
        text-align: right;
      }
      .buffer {
        fill: var(--surface-inset);
        stroke: var(--line);
      }
      .box.apart {
        stroke: var(--surface-raised);
        stroke-width: 1;
      }
      svg .box-name {
        fill: var(--surface-raised);
        pointer-events: none;
      }
      .box.chosen {
        stroke: var(--text);
        stroke-width: 2;
      }
    `,
  ];

  @property({ attribute: false }) profile!: Profile;
  /** Colour tokens by kernel. */
  @property({ attribute: false }) tokens: ReadonlyMap<string, string> = new Map();
  @state() private chosen: ResidencyBox | undefined;
  #layout!: MemoryLayout;
  readonly #width = new ChartWidth(this);

  override willUpdate(changes: Map<string, unknown>) {
    if (!changes.has('profile')) return;
    this.#layout = layOutMemory(this.profile);
    this.chosen = undefined;
  }

  override render() {
    const { boxes, arenaBytes } = this.#layout;
    const { chosen } = this;
    const width = this.#width.value;
    return html`${renderSums(this.profile, this.#layout)}
      ${
        boxes.length === 0 || arenaBytes === 0
          ? html`<p class="note">Nothing lives in the arena: this program has no intermediate values on a GPU.</p>`
          : html`<div
                class="chart"
                tabindex="0"
                role="application"
                aria-roledescription="memory chart"
                aria-label="The arena over ${this.profile.dispatches.length} dispatches, ${boxes.length} values; arrow keys go from value to value"
                @keydown=${this.onKey}
                @blur=${() => this.choose(undefined)}
                @pointerleave=${() => this.choose(undefined)}
              >
                ${width > 0 ? this.renderChart(width) : html`<div style="height: ${height}px"></div>`}
                ${renderTooltip(chosen && this.content(chosen), chosen && this.place(chosen))}
              </div>
              ${renderLegend(this.tokens)}
              <p class="note">
                Each band is a buffer of the arena, each block a value in it from the dispatch that writes it to the last that
                reads it, in the colour of the kernel that writes it.
              </p>`
      }`;
  }

  private get scale() {
    const { arenaBytes } = this.#layout;
    const width = this.#width.value;
    const across = (width - margin.left - margin.right) / Math.max(1, this.profile.dispatches.length);
    const up = (height - margin.top - margin.bottom) / Math.max(1, arenaBytes);
    const foot = height - margin.bottom;
    return {
      x: (dispatch: number) => margin.left + dispatch * across,
      y: (bytes: number) => foot - bytes * up,
    };
  }

  private renderChart(width: number) {
    const { boxes, buffers, arenaBytes } = this.#layout;
    const { x, y } = this.scale;
    const count = this.profile.dispatches.length;
    const right = width - margin.right;
    const foot = height - margin.bottom;
    const byteStep = niceStep(arenaBytes, 5);
    const dispatchStep = Math.max(1, niceStep(count, Math.max(2, width / 90)));
    const marks = (end: number, step: number) =>
      Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
    return html`<svg viewBox="0 0 ${width} ${height}" height=${height} aria-hidden="true">
      ${buffers.map(
        ({ low, high }) =>
          svg`<rect class="buffer" x=${margin.left} y=${y(high)} width=${right - margin.left} height=${y(low) - y(high)}></rect>
          ${y(low) - y(high) > 11 ? svg`<text x=${right + 6} y=${(y(low) + y(high)) / 2 + 4}>${formatBytes(high - low)}</text>` : ''}`,
      )}
      ${marks(arenaBytes, byteStep).map(
        (
          bytes,
        ) => svg`<line class="axis" x1=${margin.left - 4} x2=${margin.left} y1=${y(bytes)} y2=${y(bytes)}></line>
          <text x=${margin.left - 8} y=${y(bytes) + 4} text-anchor="end">${bytes === 0 ? '0' : formatBytes(bytes)}</text>`,
      )}
      ${marks(count, dispatchStep).map(
        (
          dispatch,
        ) => svg`<line class="axis" x1=${x(dispatch)} x2=${x(dispatch)} y1=${foot} y2=${foot + 4}></line>
          <text x=${x(dispatch)} y=${foot + 16} text-anchor="middle">${dispatch}</text>`,
      )}
      <text x=${(margin.left + right) / 2} y=${height - 4} text-anchor="middle">dispatches, in order</text>
      ${guard([boxes, width, this.tokens], () => boxes.map((box) => this.renderBox(box)))}
      ${this.chosen ? this.renderBox(this.chosen, true) : ''}
      <line class="axis" x1=${margin.left} x2=${margin.left} y1=${margin.top} y2=${foot}></line>
      <line class="axis" x1=${margin.left} x2=${right} y1=${foot} y2=${foot}></line>
    </svg>`;
  }

  private renderBox(box: ResidencyBox, chosen = false) {
    const { x, y } = this.scale;
    const colour = `var(${this.tokens.get(box.kernel) ?? '--text-faint'})`;
    const left = x(box.start);
    const width = Math.max(x(box.end) - left, 1);
    const high = y(box.low) - y(box.high);
    const name = high > 15 ? fitted(measure, box.residency.label, width - 8) : '';
    return svg`<rect class="box ${chosen ? 'chosen' : width > 4 && high > 3 ? 'apart' : ''}" x=${left} y=${y(box.high)} width=${width}
      height=${Math.max(high, 1)} style=${styleMap({ fill: colour })} @pointerenter=${() => this.choose(box)} @pointerdown=${() => this.choose(box)}></rect>
      ${name ? svg`<text class="box-name" x=${left + 4} y=${(y(box.low) + y(box.high)) / 2 + 4}>${name}</text>` : ''}`;
  }

  private content({ residency, kernel }: ResidencyBox) {
    const { dispatches, memory } = this.profile;
    const { first, last, buffer, bytes } = residency;
    const name = (index: number) => dispatches[index]?.label ?? 'the end of the run';
    return {
      title: residency.label,
      token: this.tokens.get(kernel),
      facts: [
        ['size', formatBytes(bytes)],
        ['buffer', `${buffer}, ${formatBytes(memory.buffers[buffer]!)}`],
        ['written by', `${name(first)} (${first})`],
        ['needed until', last < dispatches.length ? `${name(last)} (${last})` : name(last)],
      ] as [string, string][],
    };
  }

  private place(box: ResidencyBox) {
    const { x, y } = this.scale;
    return {
      x: (x(box.start) + x(box.end)) / 2,
      y: Math.min(y(box.high) + 12, height - 130),
      width: this.#width.value,
    };
  }

  private choose(box: ResidencyBox | undefined) {
    this.chosen = box;
  }

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { boxes } = this.#layout;
    const at = this.chosen ? this.chosen.index : -1;
    const target = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: boxes.length - 1,
      Escape: -1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(event.key === 'Escape' ? undefined : boxes[Math.min(Math.max(target, 0), boxes.length - 1)]);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-profile-memory': WarpProfileMemory;
  }
}
