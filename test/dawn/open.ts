/** WebGPU in this Node process. */
import { availableParallelism } from 'node:os';
import { create, globals } from 'webgpu';

/** Dawn crashes when this is collected while a device of it lives. */
const gpu = create([]);

/**
 * Puts WebGPU where a browser has it: its interfaces on `globalThis`, and itself at `navigator.gpu`. A navigator that
 * Node does not have (before 21) says what Node's own would.
 */
export function installWebGpu(): void {
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', {
    value: {
      userAgent: `Node.js/${process.versions.node.split('.')[0]}`,
      platform: process.platform,
      hardwareConcurrency: availableParallelism(),
      gpu,
    },
    configurable: true,
  });
}
