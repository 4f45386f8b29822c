/** One way in: open whichever backend is asked for. */
import type { Backend } from './backend.ts';
import type { AdapterOptions } from './gpu/adapter.ts';
import { openWebGpu } from './gpu/backend.ts';
import { ReferenceBackend } from './reference/backend.ts';

/**
 * Opens the GPU, or the float64 reference on the CPU.
 *
 * @param options which adapter; ignored by the reference
 * @throws NoAdapterError where WebGPU was asked for and there is none.
 */
export async function openBackend(kind: Backend['kind'], options: AdapterOptions = {}): Promise<Backend> {
  return kind === 'webgpu' ? openWebGpu(options) : new ReferenceBackend();
}
