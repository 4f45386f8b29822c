/** Ours. */
import { mobilenetV1, openBackend } from '../../../engine/index.ts';
import type { Prepare } from './runtime.ts';

export const prepare: Prepare = (weights, image, batch) => async () => {
  const backend = await openBackend('webgpu');
  const program = await backend.compile(mobilenetV1({ batch }), weights);
  return async () => {
    const { features, probabilities } = await program.run({ image });
    return { features: features!, probabilities: probabilities! };
  };
};
