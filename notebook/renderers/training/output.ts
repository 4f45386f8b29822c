/** A training in a cell's output: its figures, how far it is, and its curves. Replaced in place while it runs. */
import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { styleMap } from 'lit/directives/style-map.js';
import type { TrainingData } from '../../training/data.ts';
import { readTraining } from '../../training/read.ts';
import { describeTraining, figures, stateInWords } from '../../training/words.ts';
import { mimeTypes } from '../../worker/protocol.ts';
import { ChartWidth } from '../profile/chart-width.ts';
import type { Renderer } from '../renderer.ts';
import { drawCurves } from './chart.ts';
import { trainingStyle } from './style.ts';

export const renderTraining: Renderer = {
  mimeType: mimeTypes.training,
  render(value) {
    const data = readTraining(value);
    return data && html`<warp-training .data=${data}></warp-training>`;
  },
};

@customElement('warp-training')
export class WarpTraining extends LitElement {
  static override styles = trainingStyle;

  @property({ attribute: false }) data!: TrainingData;
  readonly #width = new ChartWidth(this);

  override render() {
    const { data } = this;
    const { label, step, steps, state, problem, losses } = data;
    const width = this.#width.value;
    const words = stateInWords(data);
    return html`<section class=${state} aria-label=${label || 'Training'}>
      ${label ? html`<p class="label">${label}</p>` : nothing}
      <dl>
        ${figures(data).map(
          ({ name, value, note }) =>
            html`<div><dt>${name}</dt><dd>${value}${note ? html` <small>${note}</small>` : nothing}</dd></div>`,
        )}
      </dl>
      <div
        class="track"
        role="progressbar"
        aria-label="Steps"
        aria-valuemin="0"
        aria-valuemax=${steps}
        aria-valuenow=${step}
      >
        <div class="bar" style=${styleMap({ transform: `scaleX(${Math.min(1, step / steps)})` })}></div>
      </div>
      <div class="chart" role="img" aria-label=${describeTraining(data)}>
        ${width > 0 && losses.length > 0 ? drawCurves(data, width) : html`<div style="height: 206px"></div>`}
      </div>
      ${words ? html`<p class="state">${words}.</p>` : nothing}
      ${problem ? html`<p class="problem" role="status">${problem}</p>` : nothing}
    </section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-training': WarpTraining;
  }
}
