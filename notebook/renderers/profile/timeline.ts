/** The timeline of a recorded run: what the host did, and which dispatch the GPU ran, on one axis of time. */
import { html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Profile } from '../../../engine/profile/profile.ts';
import { formatDuration } from '../../profile/format.ts';
import { type KernelRow, kernelRows, rowFacts } from '../../profile/rows.ts';
import { token } from '../../state/theme.ts';
import { controls } from '../../styles/controls.ts';
import { ChartWidth } from './chart-width.ts';
import { Gestures } from './gestures.ts';
import { profileStyle } from './style.ts';
import { paintTimeline, rows } from './timeline-drawing.ts';
import {
  type Block,
  blockAt,
  clampSpan,
  layOutTimeline,
  panSpan,
  revealSpan,
  type Span,
  type Timeline,
  zoomSpan,
} from './timeline-layout.ts';
import { renderHint, stageContent, timelineStyle } from './timeline-words.ts';
import { renderLegend, renderTooltip, type TooltipContent, type TooltipPlace } from './tooltip.ts';

@customElement('warp-profile-timeline')
export class WarpProfileTimeline extends LitElement {
  static override styles = [controls, profileStyle, timelineStyle];

  @property({ attribute: false }) profile!: Profile;
  /** Colour tokens by kernel. */
  @property({ attribute: false }) tokens: ReadonlyMap<string, string> = new Map();
  @state() private view: Span = { start: 0, end: 1 };
  @state() private chosen: { block: Block; track: 'host' | 'gpu' } | undefined;
  @query('.chart') private chart!: HTMLElement;
  @query('canvas') private canvas!: HTMLCanvasElement;
  #timeline!: Timeline;
  #facts: readonly KernelRow[] = [];
  #frame = 0;
  readonly #width = new ChartWidth(this);
  readonly #repaint = () => this.requestUpdate();

  override connectedCallback() {
    super.connectedCallback();
    addEventListener('warp-theme', this.#repaint);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('warp-theme', this.#repaint);
    cancelAnimationFrame(this.#frame);
  }

  override willUpdate(changes: Map<string, unknown>) {
    if (!changes.has('profile')) return;
    this.#timeline = layOutTimeline(this.profile);
    this.#facts = kernelRows(this.profile);
    this.view = this.#timeline.run;
    this.chosen = undefined;
  }

  override firstUpdated() {
    new Gestures(this.chart, {
      pan: (pixels) => this.show(panSpan(this.view, -pixels / this.inner, this.#timeline.all)),
      zoom: (factor, x) => this.zoom(factor, this.instantAt(x)),
      point: (place) => this.point(place),
      press: ({ x, y }, first) => {
        if (first && (x < rows.gutter || y < rows.map.top)) return false;
        this.centre(x);
        return true;
      },
      wheelZooms: () => this.chart.matches(':focus'),
    });
  }

  override updated() {
    // At most once a frame, however fast the wheel turns.
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.paint());
  }

  override render() {
    const { run, all } = this.#timeline;
    const { view } = this;
    const hasMore = all.start < run.start || all.end > run.end;
    return html`<div class="bar" role="group" aria-label="Zoom">
        <button class="button icon" aria-label="Zoom out" title="Zoom out (−)" @click=${() => this.zoom(1 / 2)}>−</button>
        <button class="button icon" aria-label="Zoom in" title="Zoom in (+)" @click=${() => this.zoom(2)}>+</button>
        <button class="button" title="Fit the run to the width (0)" @click=${() => this.show(run)}>Fit run</button>
        ${hasMore ? html`<button class="button" title="Compiling included" @click=${() => this.show(all)}>Fit all</button>` : ''}
        <span class="space"></span>
        <span class="seen">${formatDuration(view.end - view.start)} in sight</span>
      </div>
      <div
        class="chart"
        tabindex="0"
        role="application"
        aria-roledescription="timeline"
        aria-label="Timeline of ${this.profile.dispatches.length} dispatches; the table of kernels has the same as text"
        aria-describedby="hint"
        @keydown=${this.onKey}
        @blur=${() => this.choose(undefined)}
      >
        <canvas></canvas>
        ${renderTooltip(this.content(), this.place())}
      </div>
      ${renderLegend(this.tokens)}
      ${renderHint()}`;
  }

  /** Width of the tracks, CSS pixels. */
  private get inner(): number {
    return Math.max(1, this.#width.value - rows.gutter);
  }

  private instantAt(x: number): number {
    const { start, end } = this.view;
    return start + ((x - rows.gutter) / this.inner) * (end - start);
  }

  private show(view: Span) {
    this.view = clampSpan(view, this.#timeline.all);
  }

  private zoom(factor: number, anchor = (this.view.start + this.view.end) / 2) {
    this.view = zoomSpan(this.view, factor, anchor, this.#timeline.all);
  }

  /** Shows the part of the overview at a horizontal position. */
  private centre(x: number) {
    const { all } = this.#timeline;
    const { start, end } = this.view;
    const instant = all.start + ((x - rows.gutter) / this.inner) * (all.end - all.start);
    this.show({ start: instant - (end - start) / 2, end: instant + (end - start) / 2 });
  }

  private point(place: { x: number; y: number } | undefined) {
    const { host, gpu } = this.#timeline;
    const tolerance = (3 / this.inner) * (this.view.end - this.view.start);
    const within = ({ top, height }: { top: number; height: number }) =>
      place !== undefined && place.x >= rows.gutter && place.y >= top && place.y < top + height;
    const track = within(rows.gpu) ? 'gpu' : within(rows.host) ? 'host' : undefined;
    const block = track && blockAt(track === 'gpu' ? gpu : host, this.instantAt(place!.x), tolerance);
    this.choose(block && { block, track });
  }

  private choose(chosen: { block: Block; track: 'host' | 'gpu' } | undefined) {
    if (chosen?.block !== this.chosen?.block) this.chosen = chosen;
  }

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { all, run } = this.#timeline;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => this.show(panSpan(this.view, -0.15, all)),
      ArrowRight: () => this.show(panSpan(this.view, 0.15, all)),
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      '+': () => this.zoomByKey(1.5),
      '=': () => this.zoomByKey(1.5),
      '-': () => this.zoomByKey(1 / 1.5),
      '0': () => this.show(run),
      Escape: () => this.choose(undefined),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  /** Around the chosen block where one is in sight. */
  private zoomByKey(factor: number) {
    const { block } = this.chosen ?? {};
    const middle = block && (block.start + block.end) / 2;
    this.zoom(factor, middle && middle > this.view.start && middle < this.view.end ? middle : undefined);
  }

  /** Chooses the next or previous dispatch; at first the one that is first in sight. */
  private step(direction: 1 | -1) {
    const { gpu, all } = this.#timeline;
    const at = this.chosen?.track === 'gpu' ? gpu.indexOf(this.chosen.block) : -1;
    const first = gpu.findIndex(({ end }) => end > this.view.start);
    const block = gpu[at < 0 ? first : Math.min(Math.max(at + direction, 0), gpu.length - 1)];
    if (!block) return;
    this.view = revealSpan(this.view, block, all);
    this.chosen = { block, track: 'gpu' };
  }

  private content(): TooltipContent | undefined {
    const { chosen } = this;
    if (!chosen) return undefined;
    const { block, track } = chosen;
    if (track === 'gpu') {
      const row = this.#facts[block.index]!;
      return { title: row.label, token: this.tokens.get(row.kernel), facts: rowFacts(row) };
    }
    return stageContent(block);
  }

  private place(): TooltipPlace | undefined {
    if (!this.chosen) return undefined;
    const { block, track } = this.chosen;
    const { start, end } = this.view;
    const middle = (Math.max(block.start, start) + Math.min(block.end, end)) / 2;
    const x = rows.gutter + ((middle - start) / (end - start)) * this.inner;
    const { top, height } = track === 'gpu' ? rows.gpu : rows.host;
    return { x: Math.min(Math.max(x, 0), this.#width.value), y: top + height - 4, width: this.#width.value };
  }

  private paint() {
    const width = this.#width.value;
    if (width <= rows.gutter) return;
    const ratio = devicePixelRatio || 1;
    const { canvas } = this;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(rows.height * ratio)) canvas.height = Math.round(rows.height * ratio);
    const context = canvas.getContext('2d');
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const byKernel = new Map([...this.tokens].map(([kernel, name]) => [kernel, token(name)]));
    paintTimeline(context, {
      timeline: this.#timeline,
      view: this.view,
      processor: this.profile.clock === 'cpu' ? 'CPU' : 'GPU',
      chosen: this.chosen?.block,
      width,
      colours: {
        text: token('--text'),
        muted: token('--text-muted'),
        line: token('--line'),
        inset: token('--surface-inset'),
        accent: token('--accent'),
        stage: token('--line-strong'),
        font: token('--font-text'),
        dispatches: this.profile.dispatches.map(
          ({ kernel }) => byKernel.get(kernel) ?? token('--text-faint'),
        ),
      },
    });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-profile-timeline': WarpProfileTimeline;
  }
}
