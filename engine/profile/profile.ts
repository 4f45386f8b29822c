/** What a profile says: where the time of one run went. */
import { InputError } from '../errors.ts';
import type { OperationKind } from '../graph/value.ts';

/** One dispatch, or one op on the reference. */
export interface DispatchProfile {
  /** The value's name, for example `block3/pointwise`. */
  readonly label: string;
  readonly operation: OperationKind;
  readonly kernel: string;
  /** The kernel variant that was chosen. */
  readonly variant: string;
  /** Shape of the result. */
  readonly shape: readonly number[];
  readonly workgroups: readonly [number, number, number];
  /** Median over the repeats, milliseconds. */
  readonly milliseconds: number;
  /** Floating-point operations; a multiply-add counts as two. */
  readonly operations: number;
  /** Bytes that must be read and written at least once. */
  readonly bytes: number;
}

/** The cost of one run, dispatch by dispatch. */
export interface Profile {
  /**
   * How time was measured: `timestamp-query` is GPU time; `wall-clock` is the time from submission to completion of
   * each dispatch on its own, which includes the latency of a submit; `cpu` is time in the reference.
   */
  readonly clock: 'timestamp-query' | 'wall-clock' | 'cpu';
  /** Smallest step of the clock that was seen, milliseconds; 0 where unknown. Chrome rounds to 0.1 ms by default. */
  readonly resolutionMs: number;
  /** The backend's description. */
  readonly device: string;
  readonly repeats: number;
  readonly dispatches: readonly DispatchProfile[];
  /** Sum of the dispatches' medians, milliseconds. */
  readonly totalMs: number;
}

/** Throws `InputError` unless a profile is asked for a whole number of repeats, at least one. */
export function checkRepeats(repeats: number): void {
  if (!(Number.isInteger(repeats) && repeats > 0)) {
    throw new InputError(`A profile takes a whole number of repeats from 1, but it was given ${repeats}.`);
  }
}

/** The middle of a list of numbers; of two, their mean. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
