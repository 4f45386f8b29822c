import { css, html, LitElement, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { JsonObject } from '../document/nbformat.ts';
import { controls } from '../styles/controls.ts';
import { isObject, plainText, type Renderer } from './renderer.ts';

/** Vega-Lite; the library is fetched with the first chart. */
export const renderChart: Renderer = {
  mimeType: 'application/vnd.vegalite.v5+json',
  render(value, { bundle }) {
    if (!isObject(value)) return undefined;
    return html`<warp-chart .specification=${value} .fallback=${plainText(bundle)}></warp-chart>`;
  },
};

@customElement('warp-chart')
export class WarpChart extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-height: 60px;
      }
      .chart {
        width: 100%;
        overflow-x: auto;
      }
      .problem {
        color: var(--danger);
        font-size: var(--text-note);
      }
      pre {
        margin: 0;
        font: var(--text-code) / 1.5 var(--font-code);
        white-space: pre-wrap;
      }
    `,
  ];

  @property({ attribute: false }) specification: JsonObject = {};
  @property() fallback = '';
  @state() private problem = '';
  @query('.chart') private container!: HTMLElement;
  #finalize: (() => void) | undefined;
  #drawing = 0;

  readonly #redraw = () => void this.draw();

  override connectedCallback() {
    super.connectedCallback();
    addEventListener('warp-theme', this.#redraw);
    if (this.hasUpdated) void this.draw();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('warp-theme', this.#redraw);
    this.#finalize?.();
    this.#finalize = undefined;
  }

  override render() {
    return html`<div class="chart" role="img" aria-label=${this.label()}></div>
      ${this.problem ? html`<p class="problem">${this.problem}</p><pre>${this.fallback}</pre>` : ''}`;
  }

  override updated(changes: PropertyValues<this>) {
    if (changes.has('specification')) void this.draw();
  }

  private label(): string {
    const { description, title } = this.specification;
    if (typeof description === 'string') return description;
    return typeof title === 'string' ? title : this.fallback || 'Chart';
  }

  private async draw() {
    const drawing = ++this.#drawing;
    try {
      const { drawChart } = await import('./chart-drawing.ts');
      if (drawing !== this.#drawing || !this.isConnected) return;
      const finalize = await drawChart(this.container, this.specification);
      this.#finalize?.();
      this.#finalize = finalize;
      this.problem = '';
    } catch (error) {
      if (drawing !== this.#drawing) return;
      this.problem = `The chart could not be drawn: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-chart': WarpChart;
  }
}
