/** One way in: open whichever backend is asked for. */
import type { Backend, Checkpoint } from './backend.ts';
import type { AdapterOptions } from './gpu/adapter.ts';
import { openWebGpu } from './gpu/backend.ts';
import { ReferenceBackend } from './reference/backend.ts';

/** How to open a backend. The reference needs no adapter. */
export interface BackendOptions extends AdapterOptions {
  readonly checkpoint?: Checkpoint;
}

/**
 * Opens the GPU, or the float64 reference on the CPU.
 *
 * @throws NoAdapterError where WebGPU was asked for and there is none.
 */
export async function openBackend(kind: Backend['kind'], options: BackendOptions = {}): Promise<Backend> {
  return kind === 'webgpu' ? openWebGpu(options) : new ReferenceBackend(options);
}
