/** Measuring a training step must not train. */
import type { WebGpuDevice } from '../gpu/device.ts';

/**
 * Does some work and then puts parameters back as they were.
 *
 * @param changed the buffers that the work changes
 * @throws OutOfMemoryError where there is no room for a second copy; DeviceLostError
 */
export async function preserving<Result>(
  gpu: WebGpuDevice,
  changed: readonly GPUBuffer[],
  work: () => Promise<Result>,
): Promise<Result> {
  if (changed.length === 0) return work();
  const copies: GPUBuffer[] = [];
  const copy = (what: string, from: readonly GPUBuffer[], to: readonly GPUBuffer[]) =>
    gpu.guard(what, () => {
      const encoder = gpu.device.createCommandEncoder();
      from.forEach((buffer, index) => {
        encoder.copyBufferToBuffer(buffer, 0, to[index]!, 0, buffer.size);
      });
      gpu.device.queue.submit([encoder.finish()]);
    });
  try {
    await gpu.guard('a copy of the parameters that a profile would change', () => {
      const usage = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      for (const { size, label } of changed) copies.push(gpu.memory.acquire(size, usage, `copy of ${label}`));
    });
    await copy('keeping parameters during a profile', changed, copies);
    try {
      return await work();
    } finally {
      await copy('putting parameters back after a profile', copies, changed);
    }
  } finally {
    for (const buffer of copies) gpu.memory.discard(buffer);
  }
}
