/**
 * The roofline: what a kernel could reach at most on a device.
 *
 * Source: Williams, Waterman and Patterson, "Roofline: an insightful visual performance model for multicore
 * architectures", Communications of the ACM 52 (4), 2009.
 */
import type { Ceilings, DispatchProfile } from './profile.ts';

/** The two ceilings that bound a kernel of float32 arithmetic: GFLOP/s and GB/s. */
export type Roof = Pick<Ceilings, 'float32' | 'copyBandwidth'>;

/** Operations per byte that must be moved; Infinity where nothing is moved. */
export function intensity({ operations, bytes }: Pick<DispatchProfile, 'operations' | 'bytes'>): number {
  return operations / bytes;
}

/** GFLOP/s that a kernel of this intensity can reach: min(peak, intensity × bandwidth). */
export function attainable(operationsPerByte: number, { float32, copyBandwidth }: Roof): number {
  return Math.min(float32, operationsPerByte * copyBandwidth);
}

/**
 * How much of the roofline a dispatch reaches, percent: the least time that its operations and its bytes need, over the time
 * that it took. That is its GFLOP/s over the attainable ones, and holds for kernels without arithmetic as well. More than
 * 100 is possible where operands stay in caches, which are faster than the copy behind the ceiling.
 */
export function rooflinePercent(
  { operations, bytes, milliseconds }: Pick<DispatchProfile, 'operations' | 'bytes' | 'milliseconds'>,
  { float32, copyBandwidth }: Roof,
): number {
  return (100 * Math.max(operations / float32, bytes / copyBandwidth)) / (1e6 * milliseconds);
}
