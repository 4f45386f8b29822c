/** Which renderer draws a bundle: the richest type that Warpbook knows and that is well formed. */
import { html } from 'lit';
import { renderChart } from './chart.ts';
import { renderGallery } from './gallery.ts';
import { renderImage, renderVectorImage } from './image.ts';
import { renderInput } from './input.ts';
import { renderJson } from './json-tree.ts';
import { renderKernelList } from './kernel-list.ts';
import { renderKernelReport } from './kernel-report.ts';
import { renderHtml, renderMarkdown } from './markup.ts';
import { renderProfile } from './profile/output.ts';
import { renderProgress } from './progress.ts';
import { plainText, type RenderContext, type Renderer } from './renderer.ts';
import { renderTable } from './table.ts';
import { renderText } from './text.ts';
import { renderTraining } from './training/output.ts';

/** Richest first. */
export const renderers: readonly Renderer[] = [
  renderInput,
  renderProgress,
  renderGallery,
  renderKernelReport,
  renderKernelList,
  renderProfile,
  renderTraining,
  renderChart,
  renderTable,
  renderHtml,
  renderMarkdown,
  renderVectorImage,
  renderImage('image/png'),
  renderImage('image/jpeg'),
  renderJson,
  renderText,
];

/** The drawing of a MIME bundle. A bundle of unknown types shows its plain text, or says which types it has. */
export function renderBundle(context: RenderContext): unknown {
  for (const renderer of renderers) {
    const value = context.bundle[renderer.mimeType];
    if (value === undefined) continue;
    const drawing = renderer.render(value, context);
    if (drawing !== undefined) return drawing;
  }
  const text = plainText(context.bundle);
  const types = Object.keys(context.bundle).join(', ');
  return html`<pre class="text" part="text">${text || `An output that cannot be shown here (${types || 'empty'}).`}</pre>`;
}
