/** The engine as cells and the session see it. The only module of the notebook that imports it. */

import * as engine from '../../engine/index.ts';
import type { JsonObject } from '../document/nbformat.ts';
import type { EngineHost } from './engine-host.ts';

export const engineHost: EngineHost = {
  async open(kind, checkpoint) {
    const backend = await engine.openBackend(kind, { checkpoint });
    const details: JsonObject =
      backend instanceof engine.WebGpuBackend
        ? { ...backend.adapter, features: [...backend.adapter.features], limits: limitsOf(backend.device) }
        : {};
    return { backend, status: { backend: kind, description: backend.description, details } };
  },
  decodePhoto: engine.decodePhoto,
  modules: {
    warpbook: async () => engine,
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
