import type { Backend, DeviceParameters, HostParameters, Program } from '../backend.ts';
import type { Photo } from '../data/photo.ts';
import { packGroup } from './batches.ts';
import { type FeatureNetwork, featureGraph } from './network.ts';

/** Runs a network on batches of photos. Its program is compiled anew where photos need more room than before. */
export class FeatureRunner {
  /** K. */
  readonly size: number;
  readonly #backend: Backend;
  readonly #network: FeatureNetwork;
  readonly #batch: number;
  readonly #parameters: DeviceParameters;
  #program: Program | undefined;
  #capacity = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(backend: Backend, network: FeatureNetwork, batch: number, parameters: HostParameters) {
    const graph = featureGraph(network, batch, 1);
    this.size = graph.outputs.features!.shape[1]!;
    this.#backend = backend;
    this.#network = network;
    this.#batch = batch;
    this.#parameters = backend.upload(graph, parameters);
  }

  /**
   * Queues up to `batch` photos.
   *
   * @returns as soon as they are queued, the promise of their features `[photos, K]`
   */
  async start(photos: readonly Photo[]): Promise<{ readonly features: Promise<Float32Array> }> {
    if (photos.length === 0) return { features: Promise.resolve(new Float32Array(0)) };
    const { pixels, layout, capacity } = packGroup(photos, this.#batch, this.#capacity);
    if (!this.#program || capacity > this.#capacity) {
      await this.#running; // The old program's buffers are still in use.
      this.#program?.dispose();
      this.#program = undefined;
      const graph = featureGraph(this.#network, this.#batch, capacity);
      this.#program = await this.#backend.compile(graph, this.#parameters);
      this.#capacity = capacity;
    }
    const features = this.#program
      .run({ pixels, layout })
      .then((outputs) => outputs.features!.subarray(0, photos.length * this.size));
    this.#running = features.catch(() => {});
    return { features };
  }

  /** Frees what is on the device, when what was queued has run. */
  async dispose(): Promise<void> {
    await this.#running;
    this.#program?.dispose();
    this.#parameters.dispose();
  }
}
