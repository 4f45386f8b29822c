/** WebGPU reports errors late and without a cause; error scopes tie them to the work that made them. */
import { DeviceLostError, GpuValidationError, OutOfMemoryError } from '../errors.ts';

/**
 * Runs GPU work inside error scopes and throws what they caught as a typed error.
 *
 * @param what the work in words, for example `running conv2d 'conv1', float32 [1, 112, 112, 32]`
 * @throws OutOfMemoryError, GpuValidationError
 */
export async function withErrorScopes<Result>(
  device: GPUDevice,
  what: string,
  work: () => Result,
): Promise<Awaited<Result>> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('internal');
  device.pushErrorScope('validation');
  let scopes: Promise<(GPUError | null)[]> | undefined;
  const pop = () =>
    Promise.all([device.popErrorScope(), device.popErrorScope(), device.popErrorScope()]).catch((error) => {
      throw new DeviceLostError(`The GPU device was lost while ${what}; open a new one.`, { cause: error });
    });
  let result: Result;
  try {
    result = work();
    scopes = pop();
  } catch (error) {
    await pop();
    throw error;
  }
  const [validation, internal, outOfMemory] = await scopes;
  if (outOfMemory) {
    throw new OutOfMemoryError(
      `The GPU has not enough memory for ${what}; use a smaller batch, or dispose of programs and tensors. (${outOfMemory.message})`,
    );
  }
  const failed = validation ?? internal;
  if (failed) throw new GpuValidationError(`The GPU refused ${what}: ${failed.message}`);
  return result as Awaited<Result>;
}
