import type { LitElement, ReactiveController } from 'lit';

/** Keeps the width of an element's chart (`.chart`), CSS pixels, and draws again when it changes. */
export class ChartWidth implements ReactiveController {
  /** 0 before the first measurement. */
  value = 0;
  readonly #host: LitElement;
  #observed: Element | undefined;
  readonly #observer = new ResizeObserver(([entry]) => {
    const width = Math.round(entry!.contentRect.width);
    if (width === this.value) return;
    this.value = width;
    this.#host.requestUpdate();
  });

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdated(): void {
    const chart = this.#host.renderRoot.querySelector('.chart') ?? undefined;
    if (chart === this.#observed) return;
    this.#observer.disconnect();
    this.#observed = chart;
    if (chart) this.#observer.observe(chart);
  }

  hostConnected(): void {
    // Cells move, and their outputs with them.
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#observed = undefined;
  }
}
