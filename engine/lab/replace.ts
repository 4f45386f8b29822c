/** Edited kernels inside a compiled program. */
import { GpuValidationError } from '../errors.ts';
import type { Location } from '../plan/location.ts';
import type { EncodableDispatch } from '../run/encode.ts';
import { dispatchIndex } from './dispatch-index.ts';
import { type LabProgram, openKernelLab } from './lab.ts';
import type { Workgroups } from './report.ts';

/**
 * A dispatch with an edited shader on the buffers of the program.
 *
 * @param bufferAt memory of an operand
 * @throws GpuValidationError where the shader does not compile, does not fit the bindings, or does not end on random inputs
 */
export async function editedDispatch(
  program: LabProgram,
  label: string,
  wgsl: string,
  options: { readonly workgroups?: Workgroups },
  bufferAt: (location: Location) => GPUBuffer,
): Promise<EncodableDispatch> {
  const lab = await openKernelLab(program, label);
  try {
    const admitted = await lab.admit(wgsl, options);
    if ('status' in admitted) {
      throw new GpuValidationError(`The edited kernel of '${label}' cannot be used: ${admitted.text}`);
    }
    const { pipeline, workgroups, workgroupSize } = admitted;
    const { dispatch } = program.dispatches[dispatchIndex(program.dispatches, label)]!;
    const bindGroup = await program.gpu.guard(`binding the edited kernel of '${label}'`, () =>
      program.gpu.device.createBindGroup({
        label,
        layout: pipeline.getBindGroupLayout(0),
        entries: [...dispatch.inputs, dispatch.output].map((location, binding) => ({
          binding,
          resource: { buffer: bufferAt(location), size: location.bytes },
        })),
      }),
    );
    // What an edited kernel keeps in registers nobody knows.
    const { registerTile: _, ...compiled } = dispatch.variant;
    const variant = { ...compiled, name: 'edited' };
    return {
      dispatch: { ...dispatch, variant, program: { wgsl, workgroups, workgroupSize } },
      pipeline,
      bindGroup,
    };
  } finally {
    lab.dispose();
  }
}
