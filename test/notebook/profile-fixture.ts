/** A profile small enough to check by head. */
import type { DispatchProfile, Profile } from '../../engine/profile/profile.ts';

function dispatch(given: Partial<DispatchProfile>): DispatchProfile {
  return {
    label: 'a',
    operation: 'matmul',
    kernel: 'matmul',
    variant: 'quad',
    shape: [2, 8],
    workgroups: [4, 1, 1],
    workgroupSize: [64, 1, 1],
    registerTile: '4×1 vec4',
    milliseconds: 1,
    uncertaintyMs: 0.1,
    passRepeats: 1,
    startMs: 0,
    operations: 2e6,
    bytes: 1e6,
    ...given,
  };
}

/** Four dispatches, 10 ms; the clock's step is 0.1 ms, and the last dispatch is shorter. */
export const profile: Profile = {
  version: 1,
  clock: 'timestamp-query',
  resolutionMs: 0.1,
  device: 'A device, via WebGPU',
  repeats: 5,
  dispatches: [
    dispatch({ label: 'block2/pointwise', milliseconds: 6, uncertaintyMs: 0.3, operations: 12e6 }),
    dispatch({
      label: 'block2/depthwise',
      operation: 'depthwise_conv2d',
      kernel: 'depthwise_conv2d',
      variant: 'tile',
      shape: [2, 4, 4, 8],
      workgroupSize: [8, 8, 1],
      milliseconds: 1.95,
      uncertaintyMs: 0.05,
      startMs: 6,
      operations: 1e6,
      bytes: 4e6,
    }),
    dispatch({
      label: 'block10/pointwise',
      milliseconds: 2,
      uncertaintyMs: 0.4,
      startMs: 8,
      operations: 8e6,
    }),
    dispatch({
      label: 'mean',
      operation: 'global_average_pool',
      kernel: 'global_average_pool',
      variant: 'plain',
      registerTile: null,
      milliseconds: 0.05,
      uncertaintyMs: 0.1,
      startMs: 10,
      operations: 0,
      bytes: 1000,
    }),
  ],
  totalMs: 10,
  stages: [
    { name: 'compile', startMs: 0, milliseconds: 100 },
    { name: 'write inputs', startMs: 100, milliseconds: 1 },
    { name: 'encode', startMs: 101, milliseconds: 2 },
    { name: 'submit', startMs: 103, milliseconds: 0.5 },
    { name: 'gpu', startMs: 104, milliseconds: 10.1 },
    { name: 'read back', startMs: 114.1, milliseconds: 0.9 },
  ],
  overhead: { plainMs: 10, profiledMs: 10.5 },
  memory: {
    parameterBytes: 4_000_000,
    inputBytes: 1000,
    buffers: [100, 300],
    residencies: [
      { label: 'block2/pointwise', bytes: 300, buffer: 1, first: 0, last: 1 },
      { label: 'block2/depthwise', bytes: 80, buffer: 0, first: 1, last: 2 },
      { label: 'block10/pointwise', bytes: 200, buffer: 1, first: 2, last: 3 },
      { label: 'mean', bytes: 20, buffer: 0, first: 3, last: 4 },
    ],
    unsharedBytes: 600,
  },
  ceilings: {
    device: 'A device, via WebGPU',
    float32: 4,
    float16: 8,
    copyBandwidth: 2,
    workgroupBandwidth: 10,
    dispatchLatencyMs: 0.01,
  },
};
