/** What the page says above the cells when something needs the person. */
import { html, nothing, type TemplateResult } from 'lit';
import type { CellModel } from '../state/cell-model.ts';
import type { Connection } from '../state/connection.ts';
import type { NotebookModel } from '../state/notebook-model.ts';

/** One sentence for a browser that has no WebGPU. */
export const webgpuAdvice =
  'To run cells on the GPU, open this page in Chrome or Edge 113 or newer, Firefox 141 (Windows) or 145 (macOS) or newer, or Safari 26 or newer, with hardware acceleration switched on.';

/** Why the page itself already knows that there is no WebGPU; undefined when there may be. */
export function missingWebgpu(): string | undefined {
  if (!isSecureContext) {
    return 'This page was not loaded over https or from localhost, and browsers offer WebGPU only there.';
  }
  return navigator.gpu ? undefined : 'This browser does not offer WebGPU.';
}

export interface BannerActions {
  useReference(): void;
  retry(): void;
  restart(): void;
}

export function connectionBanner(
  connection: Connection,
  actions: BannerActions,
): TemplateResult | typeof nothing {
  if (connection.state === 'unavailable' && connection.backend === 'webgpu') {
    return html`<div class="banner advice" role="alert">
      <p><strong>${connection.problem}</strong> ${webgpuAdvice} Saved outputs are shown as they are.</p>
      <div class="actions">
        <button class="button primary reference" @click=${actions.useReference}>Run on the CPU reference (slow)</button>
        <button class="button" @click=${actions.retry}>Try again</button>
      </div>
    </div>`;
  }
  if (connection.state === 'unavailable') {
    return html`<div class="banner problem" role="alert">
      <p><strong>The CPU reference did not start.</strong> ${connection.problem}</p>
      <div class="actions"><button class="button" @click=${actions.retry}>Try again</button></div>
    </div>`;
  }
  if (connection.state === 'lost') {
    return html`<div class="banner problem" role="alert">
      <p><strong>${connection.problem}</strong> The notebook and its outputs are safe; variables are lost.</p>
      <div class="actions"><button class="button primary restart" @click=${actions.restart}>Restart</button></div>
    </div>`;
  }
  return nothing;
}

/** The GPU went away and came back: what is gone with it, and the cells that make it again. */
export function lossBanner(
  { state, loss }: Connection,
  notebook: NotebookModel,
  actions: { runAgain(cells: readonly CellModel[]): void; dismiss(): void },
): TemplateResult | typeof nothing {
  if (state !== 'ready' || !loss) return nothing;
  const makers = new Set(loss.variables.map(({ cellId }) => cellId));
  const cells = notebook.codeCells.filter(({ id }) => makers.has(id));
  const names = loss.variables.map(({ name }) => name).join(', ');
  const numbers = cells.map((cell) => notebook.codeCellNumber(cell)).join(', ');
  return html`<div class="banner problem" role="alert">
    <p>
      <strong>${loss.message}</strong> The notebook and its variables are safe, but what was on the
      GPU is gone${names ? `: ${names}` : ''}.
      ${cells.length ? `Run cell ${numbers} again.` : 'Run the cells again that compile programs or upload tensors.'}
    </p>
    <div class="actions">
      ${
        cells.length
          ? html`<button
              class="button primary again"
              @click=${() => {
                actions.dismiss();
                actions.runAgain(cells);
              }}
            >
              Run cell ${numbers}
            </button>`
          : nothing
      }
      <button class="button" @click=${actions.dismiss}>Dismiss</button>
    </div>
  </div>`;
}

/** A problem that the person can only acknowledge. */
export function problemBanner(
  problem: string | undefined,
  dismiss: () => void,
): TemplateResult | typeof nothing {
  if (!problem) return nothing;
  return html`<div class="banner problem" role="alert">
    <p>${problem}</p>
    <div class="actions"><button class="button" @click=${dismiss}>Dismiss</button></div>
  </div>`;
}

/** A document from a file may only run code once the person has said so. */
export function trustBanner(
  asking: boolean,
  run: () => void,
  dismiss: () => void,
): TemplateResult | typeof nothing {
  if (!asking) return nothing;
  return html`<div class="banner" role="alert">
    <p><strong>This notebook came from a file.</strong> Using its control runs the code of its cells: run it?</p>
    <div class="actions">
      <button class="button primary" @click=${run}>Run its code</button>
      <button class="button" @click=${dismiss}>Not now</button>
    </div>
  </div>`;
}
