import { uniform } from '../../../engine/random.ts';

/** Row-major noise in [low, high), the same in every run. */
export function noise(count: number, seed: number, low: number, high: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, index) => low + (high - low) * uniform(seed, index));
}
