import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Output, StreamOutput } from '../document/nbformat.ts';
import { renderError } from '../renderers/error.ts';
import { GoToEvent } from '../renderers/events.ts';
import { renderBundle } from '../renderers/registry.ts';
import { withoutTerminalSequences } from '../renderers/renderer.ts';
import { isLong } from '../renderers/text.ts';
import type { CellModel } from '../state/cell-model.ts';
import { controls } from '../styles/controls.ts';
import { prose } from '../styles/prose.ts';
import { outputsStyle } from './outputs-style.ts';
import { Watch } from './watch.ts';

/** The outputs of one code cell. */
@customElement('warp-outputs')
export class WarpOutputs extends LitElement {
  static override styles = [controls, prose, outputsStyle];

  @property({ attribute: false }) cell: CellModel | undefined;
  /** Drawings by output: what did not change is not drawn again. */
  #drawings = new WeakMap<Output, unknown>();
  readonly #watch = new Watch(this, () => [this.cell]);

  override willUpdate(changes: PropertyValues<this>) {
    if (changes.has('cell')) {
      this.#watch.renew();
      this.#drawings = new WeakMap();
    }
  }

  override render() {
    const { cell } = this;
    if (!cell || cell.outputs.length === 0) return nothing;
    return html`${
      cell.referenceResult
        ? html`<p class="backend" title="Computed by the float reference on the processor, not on the GPU">CPU reference</p>`
        : nothing
    }${cell.outputs.map((output) => html`<div class="output">${this.draw(output, cell)}</div>`)}`;
  }

  private draw(output: Output, cell: CellModel): unknown {
    if (output.output_type === 'error') {
      // Not remembered: the line is known after the output.
      return renderError(output, cell.errorLine, (place) => this.dispatchEvent(new GoToEvent(place)));
    }
    const known = this.#drawings.get(output);
    if (known !== undefined) return known;
    const drawing =
      output.output_type === 'stream'
        ? renderStream(output)
        : renderBundle({ bundle: output.data, metadata: output.metadata, inputs: cell.inputs });
    this.#drawings.set(output, drawing);
    return drawing;
  }
}

function renderStream(output: StreamOutput): unknown {
  const text = withoutTerminalSequences(output.text);
  return html`<pre class="text ${output.name}" tabindex=${isLong(text) ? 0 : -1}>${text}</pre>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-outputs': WarpOutputs;
  }
}
