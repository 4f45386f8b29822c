/** The engine as cells and the session see it. The only module of the notebook that imports it. */

import { decodePhoto, openBackend, WebGpuBackend } from '../../engine/index.ts';
import type { JsonObject } from '../document/nbformat.ts';
import type { EngineHost } from './engine-host.ts';

export const engineHost: EngineHost = {
  async open(kind, checkpoint) {
    const backend = await openBackend(kind, { checkpoint });
    const details: JsonObject =
      backend instanceof WebGpuBackend
        ? { ...backend.adapter, features: [...backend.adapter.features], limits: limitsOf(backend.device) }
        : {};
    return { backend, status: { backend: kind, description: backend.description, details } };
  },
  decodePhoto,
  modules: {
    warpbook: () => import('../../engine/index.ts'),
    'warpbook/samples': () => import('../samples/index.ts'),
  },
};

/** The device's limits, whose properties stand on the prototype. */
function limitsOf(device: GPUDevice): JsonObject {
  const limits: JsonObject = {};
  for (const name in device.limits) {
    const value: unknown = Reflect.get(device.limits, name);
    if (typeof value === 'number') {
      limits[name] = value;
    }
  }
  return limits;
}
