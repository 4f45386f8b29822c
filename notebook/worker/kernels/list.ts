import { mimeMethod } from '../mime/displayable.ts';
import { kernelListBundle } from '../mime/kernel-report.ts';
import { type KernelBench, KernelError } from './bench.ts';
import type { KernelEntry } from './protocol.ts';

/** The kernels of a program, in order of execution. */
export type KernelList = readonly KernelEntry[];

/**
 * The kernels of a program, which show themselves as a table.
 *
 * @throws KernelError where the value is no program that was compiled on WebGPU.
 */
export function listKernels(bench: KernelBench, program: unknown): KernelList {
  const entries = bench.kernelsOf(program);
  if (!entries) {
    throw new KernelError(
      'kernels: this is no program that was compiled on WebGPU; give the value that backend.compile resolved to.',
    );
  }
  return Object.defineProperty([...entries], mimeMethod, {
    value: () => kernelListBundle(bench.nameOf(program), entries),
  });
}
