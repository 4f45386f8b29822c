/** Fetching a trained head. What reads it is loaded with it, so that a page without one fetches neither. */
import type { LoadOptions } from '../formats/safetensors.ts';
import type { TrainedAggregationHead } from './aggregation-head-weights.ts';

/**
 * Fetches a trained head and reads it.
 *
 * @param url a file of `serializeAggregationHead`; default the one that comes with Warpbook (8.8 MB): two attention
 * blocks with gating, trained on the grocery purchases
 * @throws SafetensorsError where the file cannot be had, is damaged, or is no trained head.
 */
export async function loadAggregationHead(
  url?: string | URL,
  options?: LoadOptions,
): Promise<TrainedAggregationHead> {
  const weights = await import('./aggregation-head-weights.ts');
  return weights.loadAggregationHead(url, options);
}
