import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Observable } from '../state/observable.ts';

/** Renders its element again whenever one of the observed models has changed. */
export class Watch implements ReactiveController {
  #ends: (() => void)[] = [];

  constructor(
    readonly host: ReactiveControllerHost,
    readonly models: () => (Observable | undefined)[],
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    for (const model of this.models()) {
      if (model) this.#ends.push(model.subscribe(() => this.host.requestUpdate()));
    }
  }

  hostDisconnected(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  /** Call when the models were exchanged for others. */
  renew(): void {
    this.hostDisconnected();
    this.hostConnected();
  }
}
