/**
 * The second line of defence against kernels that do not end: a limit of time. The first one is `loop-guard.ts`.
 *
 * What an endless loop does where it is submitted all the same (measured on 2 cores, November 2026):
 * - Chromium 156, SwiftShader: nothing ends it; no watchdog acts within two minutes, and the device is never lost. The page
 *   lives and paints. New devices open, but their work does not run either. `device.destroy()` returns at once and
 *   resolves `lost`, but then (and so when a worker that holds the device is terminated) the GPU process waits for the loop:
 *   `requestAdapter` never answers again, in any page, and reloading hangs. Only ending the GPU process, or restarting the
 *   browser, helps. Therefore a device is abandoned, not destroyed.
 * - Firefox 153, lavapipe: the page lives; another device opens and works at once, while the loop holds a core.
 * - Drivers of GPUs usually reset themselves after some seconds, and the device is lost.
 */
import { DeviceLostError } from '../errors.ts';
import type { WebGpuDevice } from '../gpu/device.ts';

/**
 * Waits for GPU work, but no longer than the limit; then gives the device up.
 *
 * @param what the work in words
 * @throws DeviceLostError where the limit was exceeded; what the work throws
 */
export async function withinTime<Result>(
  gpu: WebGpuDevice,
  limitMs: number,
  what: string,
  work: Promise<Result>,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DeviceLostError(
        `The GPU did not end ${what} within ${limitMs / 1000} s, so its device was given up; open a new one, and if that hangs, save and restart the browser.`,
      );
      gpu.abandon(error);
      reject(error);
    }, limitMs);
  });
  work.catch(() => {}); // It fails with the device, when nobody waits any more.
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
