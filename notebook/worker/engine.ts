/** The engine as cells and the session see it. Only this module and `kernels/program-lab.ts` import it. */

import * as engine from '../../engine/index.ts';
import type { JsonObject } from '../document/nbformat.ts';
import type { EngineHost } from './engine-host.ts';
import { programLab } from './kernels/program-lab.ts';

export const engineHost: EngineHost = {
  async open(kind, checkpoint) {
    const backend = await engine.openBackend(kind, { checkpoint });
    const { description } = backend;
    if (!(backend instanceof engine.WebGpuBackend)) {
      return { backend, status: { backend: kind, description, details: {} } };
    }
    const { adapter, device } = backend;
    const details = { ...adapter, features: [...adapter.features], limits: limitsOf(device) };
    // Opening a new one is what the notebook does by itself.
    const lost = backend.lost.then(({ message }) =>
      message.replace('; open a new one', '. A new one is open').replace(' and compile again', ''),
    );
    return { backend, lost, status: { backend: kind, description, details } };
  },
  decodePhoto: engine.decodePhoto,
  kernels: programLab,
  modules: {
    warpbook: async () => engine,
    'warpbook/data': () => import('../../engine/data.ts'),
    'warpbook/training': () => import('../../engine/training.ts'),
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
