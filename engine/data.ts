/**
 * Readers, splits, synthetic data and metrics: what cells import as `warpbook/data`. A chunk of its own, which the
 * engine's public face (`index.ts`) never loads by itself.
 */
export { type Collections, type PhotoCategories, targetsOf } from './data/collections.ts';
