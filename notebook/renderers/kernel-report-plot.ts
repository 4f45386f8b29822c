/** The speed-up with its interval, against 1×. */
import { html, type TemplateResult } from 'lit';
import { styleMap } from 'lit/directives/style-map.js';
import type { KernelReport } from '../worker/kernels/protocol.ts';

type Timed = Pick<KernelReport & { status: 'right' }, 'speedup' | 'interval'>;

/** The nearest speed-up that the scale shows, so that a tiny difference does not look like a large one. */
const narrowest = 1.25;

/** Where a speed-up lies between the slowest (0) and the fastest (1) of a logarithmic scale with 1× in its middle. */
export function scalePosition(speedup: number, most: number): number {
  const position = 0.5 + Math.log(speedup) / (2 * Math.log(most));
  return Math.min(1, Math.max(0, position));
}

/** The end of the scale: round, and beyond the whole interval. */
export function scaleEnd([low, high]: readonly [number, number]): number {
  const farthest = Math.max(high, 1 / low, narrowest);
  return [1.25, 1.5, 2, 3, 4, 6, 8, 16, 32, 64].find((end) => farthest <= end * 1.0001) ?? farthest * 1.1;
}

export function speedupPlot({ speedup, interval }: Timed): TemplateResult {
  const [low, high] = interval;
  const most = scaleEnd(interval);
  const at = (value: number) => `${(scalePosition(value, most) * 100).toFixed(2)}%`;
  const width = `${((scalePosition(high, most) - scalePosition(low, most)) * 100).toFixed(2)}%`;
  const words = `${formatRatio(speedup)} times as fast as the current version, 95 % interval ${formatRatio(low)} to ${formatRatio(high)}`;
  return html`<div class="plot" role="img" aria-label=${words} title=${words}>
    <span class="axis"></span>
    <span class="one"></span>
    <span class="range" style=${styleMap({ left: at(low), width })}></span>
    <span class="dot" style=${styleMap({ left: at(speedup) })}></span>
    <span class="tick" style="left: 0">${formatRatio(most)}× slower</span>
    <span class="tick middle" style="left: 50%">1×</span>
    <span class="tick end" style="left: 100%">${formatRatio(most)}× faster</span>
  </div>`;
}

function formatRatio(value: number): string {
  return String(Number(value.toPrecision(3)));
}
