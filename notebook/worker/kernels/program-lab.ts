/** The engine's programs and kernel lab, as the session knows them. */
import {
  type DeviceParameters,
  openKernelLab,
  Tensor,
  WebGpuProgram,
  withConstantSizes,
} from '../../../engine/index.ts';
import { indentWgsl } from './indent.ts';
import type { KernelLab, ProgramLab } from './lab.ts';

export const programLab: ProgramLab = {
  list(value) {
    if (!(value instanceof WebGpuProgram)) return undefined;
    return value.plan.dispatches.map(({ label, kernel, variant, problem, program }, index) => ({
      label,
      kernel: kernel.name,
      variant: variant.name,
      shape: problem.output.shape,
      swapped: value.dispatches[index]?.dispatch.program.wgsl !== program.wgsl,
    }));
  },
  original(value, label) {
    const dispatch = programOf(value).plan.dispatches.find((each) => each.label === label);
    return indentWgsl(dispatch ? withConstantSizes(dispatch.program) : '');
  },
  async open(value, label) {
    return openKernelLab(programOf(value), label);
  },
  async replace(value, label, wgsl, workgroups) {
    await programOf(value).replaceKernel(label, wgsl, workgroups ? { workgroups } : {});
  },
  async restore(value, label) {
    await programOf(value).restoreKernel(label);
  },
  isLab: (value): value is KernelLab =>
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<KernelLab>).test === 'function' &&
    typeof (value as Partial<KernelLab>).wgsl === 'string',
  isOnDevice: (value) => value instanceof WebGpuProgram || value instanceof Tensor || isUploaded(value),
};

function programOf(value: unknown): WebGpuProgram {
  if (value instanceof WebGpuProgram) return value;
  throw new TypeError('This is no program that was compiled on WebGPU.');
}

/** Parameters that were uploaded to be shared; their class is the engine's own business. */
function isUploaded(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { names, bytes, dispose } = value as Partial<DeviceParameters>;
  return Array.isArray(names) && typeof bytes === 'number' && typeof dispose === 'function';
}
