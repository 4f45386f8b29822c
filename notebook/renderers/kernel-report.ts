import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { controls } from '../styles/controls.ts';
import { headlineOf } from '../worker/kernels/headline.ts';
import type { CompilerMessage, KernelReport, KernelReportData } from '../worker/kernels/protocol.ts';
import { mimeTypes } from '../worker/protocol.ts';
import { GoToEvent } from './events.ts';
import { readKernelReport } from './kernel-report-data.ts';
import { speedupPlot } from './kernel-report-plot.ts';
import { kernelReportStyle } from './kernel-report-style.ts';
import type { Renderer } from './renderer.ts';

/** What the kernel lab found out about an edited kernel. */
export const renderKernelReport: Renderer = {
  mimeType: mimeTypes.kernelReport,
  render(value) {
    const data = readKernelReport(value);
    return data && html`<warp-kernel-report .data=${data}></warp-kernel-report>`;
  },
};

const shapes = {
  check: svg`<path d="M3 8.500l3.200 3.300 6.800-7.600" />`,
  cross: svg`<path d="M4 4l8 8M12 4l-8 8" />`,
  endless: svg`<path d="M8 8c-1.300-2-2.300-2.800-3.600-2.800a2.800 2.800 0 0 0 0 5.600c1.300 0 2.300-.8 3.600-2.800s2.300-2.800 3.600-2.800a2.800 2.800 0 0 1 0 5.600c-1.300 0-2.300-.8-3.600-2.800z" />`,
} as const;

function shapeOf({ status }: KernelReport): keyof typeof shapes {
  return status === 'right' ? 'check' : status === 'endless' ? 'endless' : 'cross';
}

/** Colour is never alone: the headline says the same in words. */
function toneOf(report: KernelReport): 'good' | 'fair' | 'bad' {
  if (report.status !== 'right') return 'bad';
  return report.interval[1] < 1 ? 'fair' : 'good';
}

@customElement('warp-kernel-report')
export class WarpKernelReport extends LitElement {
  static override styles = [controls, kernelReportStyle];

  @property({ attribute: false }) data!: KernelReportData;

  override render() {
    const { report, subject } = this.data;
    const { word, rest } = headlineOf(report);
    return html`<section class="card ${toneOf(report)}" aria-label="Verdict on an edited kernel">
      <p class="headline">
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${shapes[shapeOf(report)]}</svg>
        <span><strong>${word}</strong>${rest}</span>
      </p>
      ${
        subject
          ? html`<p class="subject"><b>${subject.title}</b> <span>${subject.details}</span></p>`
          : nothing
      }
      ${this.renderBody(report)}
      ${report.messages.length > 0 ? this.renderMessages(report.messages, subject?.inCell === true) : nothing}
      ${subject?.swapped ? html`<p class="note">It runs in the program now.</p>` : nothing}
      ${
        subject?.expected && subject.expected !== 'right'
          ? html`<p class="note">The cell fails: it expects the verdict <code>${subject.expected}</code>.</p>`
          : nothing
      }
    </section>`;
  }

  private renderBody(report: KernelReport): unknown {
    switch (report.status) {
      case 'wrong': {
        const share = report.wrongElements / report.elements;
        return html`<dl class="figures">
          ${figure('Element', html`<code>[${report.at.join(', ')}]</code>`)}
          ${figure('Expected', html`<code>${formatElement(report.expected)}</code>`)}
          ${figure('Actual', html`<code class="offending">${formatElement(report.actual)}</code>`)}
          ${figure(
            'Wrong elements',
            html`${report.wrongElements.toLocaleString('en')} of ${report.elements.toLocaleString('en')}
              <span class="share" aria-hidden="true"><span style="width: ${Math.max(2, share * 100)}%"></span></span>`,
          )}
        </dl>`;
      }
      case 'right':
        return html`<div class="timing">
          ${speedupPlot(report)}
          <dl class="figures">
            ${figure('Current', formatMs(report.currentMs))} ${figure('Edited', formatMs(report.candidateMs))}
            ${figure('Relative error', report.relativeError === 0 ? '0' : report.relativeError.toExponential(1))}
            ${figure('Rounds', String(report.rounds))}
          </dl>
        </div>`;
      case 'endless':
        return html`<p class="note">
          ${this.renderPlace({ line: report.line, column: 0 }, this.data.subject?.inCell === true)}
          A copy that counts its turns was run; the kernel itself was not, and nothing was disturbed.
        </p>`;
      case 'invalid':
        return nothing;
    }
  }

  private renderMessages(messages: readonly CompilerMessage[], inCell: boolean): TemplateResult {
    return html`<ul class="messages">
      ${messages.map(
        (message) => html`<li class=${message.severity}>
          <span class="place">${this.renderPlace(message, inCell)}</span>
          <span class="said"><span class="severity">${message.severity}</span> ${message.message}</span>
        </li>`,
      )}
    </ul>`;
  }

  private renderPlace({ line, column }: Pick<CompilerMessage, 'line' | 'column'>, inCell: boolean): unknown {
    if (line < 1) return nothing;
    const place = column > 0 ? `line ${line}:${column}` : `line ${line}`;
    if (!inCell) return place;
    return html`<button
      class="link"
      @click=${() => this.dispatchEvent(new GoToEvent({ cellNumber: 0, line }))}
    >${place}</button>`;
  }
}

function figure(name: string, value: unknown): TemplateResult {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** An element as float32 prints: seven digits tell any two apart closely enough. */
function formatElement(value: number): string {
  return Number.isNaN(value) ? 'never written (NaN)' : String(Number(value.toPrecision(7)));
}

/** Four digits, in the unit that reads best. */
function formatMs(milliseconds: number): string {
  return milliseconds < 1
    ? `${Number((milliseconds * 1000).toPrecision(4))} µs`
    : `${Number(milliseconds.toPrecision(4))} ms`;
}

declare global {
  interface HTMLElementTagNameMap {
    'warp-kernel-report': WarpKernelReport;
  }
}
