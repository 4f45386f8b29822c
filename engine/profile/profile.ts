/** What a profile says: where the time and the memory of one run went. Plain data: it survives JSON. */
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
  /** Invocations of a workgroup, `[x, y, z]`. */
  readonly workgroupSize: readonly [number, number, number];
  /** What one thread computes, for example `14×1 vec4`; null where the variant has no register tile. */
  readonly registerTile: string | null;
  /** Time of one execution: median over the repeats, ms. */
  readonly milliseconds: number;
  /** Half the width of the 95 % interval of that median, the clock's step included, ms. */
  readonly uncertaintyMs: number;
  /** How often it ran inside one pass, so that the clock could see it; 1 where nothing was repeated. */
  readonly passRepeats: number;
  /** Start of this dispatch in the recorded run, ms after the start of the first; never before the one ahead of it ends. */
  readonly startMs: number;
  /** Floating-point operations; a multiply-add counts as two. */
  readonly operations: number;
  /** Bytes that must be read and written at least once. */
  readonly bytes: number;
}

/**
 * One stage of a recorded run on the host's clock, ms. Time 0 is the start of compiling, which happened when the program
 * was made and is shown directly before the run. `gpu` is from the first dispatch's begin to the last one's end; the gap
 * between `submit` and it is the latency of the submission. `read back` is from there until outputs are on the host.
 */
export interface StageProfile {
  readonly name: 'compile' | 'write inputs' | 'encode' | 'submit' | 'gpu' | 'read back';
  readonly startMs: number;
  readonly milliseconds: number;
}

/** A value of the arena and the dispatches (indices, inclusive) during which it must live. */
export interface Residency {
  readonly label: string;
  readonly bytes: number;
  /** Index of the shared buffer in which it lives. */
  readonly buffer: number;
  readonly first: number;
  readonly last: number;
}

/** Bytes that a program holds, and what lives in them when. */
export interface MemoryProfile {
  readonly parameterBytes: number;
  readonly inputBytes: number;
  /** Bytes of each shared buffer of the arena. */
  readonly buffers: readonly number[];
  readonly residencies: readonly Residency[];
  /** What the residencies would take if they shared nothing. */
  readonly unsharedBytes: number;
}

/** What a device reaches in micro-benchmarks. */
export interface Ceilings {
  /** The backend's description. */
  readonly device: string;
  /** Multiply-adds, GFLOP/s, a multiply-add counting as two. */
  readonly float32: number;
  /** The same in float16; null where the device has no `shader-f16`. */
  readonly float16: number | null;
  /** Reading and writing a buffer larger than caches, GB/s, both directions counted. */
  readonly copyBandwidth: number;
  /** Reading and writing workgroup memory, GB/s, both directions counted. */
  readonly workgroupBandwidth: number;
  /** One empty dispatch in a pass of many, ms. */
  readonly dispatchLatencyMs: number;
}

/** The cost of one run, dispatch by dispatch. */
export interface Profile {
  readonly version: 1;
  /**
   * How time was measured: `timestamp-query` is GPU time; `wall-clock` is the time from submission to completion of
   * each dispatch on its own, less that of an empty submission; `cpu` is time in the reference.
   */
  readonly clock: 'timestamp-query' | 'wall-clock' | 'cpu';
  /** Step of the clock, measured, ms; 0 where it is finer than can be seen. Chrome rounds GPU time to 0.066 or 0.1 ms by default. */
  readonly resolutionMs: number;
  /** The backend's description. */
  readonly device: string;
  readonly repeats: number;
  readonly dispatches: readonly DispatchProfile[];
  /** Sum of the dispatches' medians, ms. */
  readonly totalMs: number;
  /** In order of time; none on the reference. */
  readonly stages: readonly StageProfile[];
  /** A whole run without and with the profiler's timestamps, wall clock, medians, ms: what profiling itself costs. */
  readonly overhead: { readonly plainMs: number; readonly profiledMs: number };
  readonly memory: MemoryProfile;
  /** The device's ceilings, where the profile was asked for with them. */
  readonly ceilings: Ceilings | null;
}

/** What a profile is asked for. */
export interface ProfileOptions {
  /** Samples of each dispatch; default 5. */
  readonly repeats?: number;
  /** Of `measureCeilings`, to be kept in the profile. */
  readonly ceilings?: Ceilings | null;
}
