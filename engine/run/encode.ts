/** How a planned dispatch goes into a compute pass. */
import type { Dispatch } from '../plan/plan.ts';

/** A dispatch with what WebGPU needs to launch it. */
export interface EncodableDispatch {
  readonly dispatch: Dispatch;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

/** Puts one dispatch into a pass. */
export function encodeDispatch(
  pass: GPUComputePassEncoder,
  { dispatch, pipeline, bindGroup }: EncodableDispatch,
): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(...dispatch.program.workgroups);
}
