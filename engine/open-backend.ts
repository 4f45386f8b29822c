/** One way in: open whichever backend is asked for. */
import type { Backend } from './backend.ts';
import { openWebGpu, type WebGpuOptions } from './gpu/backend.ts';

/** How to open a backend. The reference needs no adapter and no tuning. */
export type BackendOptions = WebGpuOptions;

/**
 * Opens the GPU, or the float64 reference on the CPU.
 *
 * @throws NoAdapterError where WebGPU was asked for and there is none.
 */
export async function openBackend(kind: Backend['kind'], options: BackendOptions = {}): Promise<Backend> {
  if (kind === 'webgpu') return openWebGpu(options);
  const { ReferenceBackend } = await import('./reference/backend.ts');
  return new ReferenceBackend(options);
}
