/** The engine's kernel lab, as the session needs it. */
import type { KernelEntry, KernelReport } from './protocol.ts';

export type Stage = 'compiling' | 'checking' | 'timing';

export interface LabOptions {
  workgroups?: readonly [number, number, number];
  /** Called when a stage begins. */
  onStage?(stage: Stage): void;
}

/** A kernel at one real shape beside its reference. */
export interface KernelLab {
  readonly label: string;
  /** The present version, preprocessed. */
  readonly wgsl: string;
  readonly kernel: string;
  readonly variant: string;
  readonly problem: { readonly output: { readonly shape: readonly number[] } };
  test(wgsl: string, options?: LabOptions): Promise<KernelReport>;
  dispose(): void;
}

/** The kernels of compiled programs. Programs are whatever cells hold in variables. */
export interface ProgramLab {
  /** The kernels of a program in order of execution; undefined for any value that is no program on WebGPU. */
  list(program: unknown): readonly KernelEntry[] | undefined;
  /** The WGSL that the program was compiled with, indented for people, whatever runs in its place now. */
  original(program: unknown, label: string): string;
  open(program: unknown, label: string): Promise<KernelLab>;
  /** Rejects where the kernel does not compile. */
  replace(
    program: unknown,
    label: string,
    wgsl: string,
    workgroups?: readonly [number, number, number],
  ): Promise<void>;
  restore(program: unknown, label: string): Promise<void>;
  isLab(value: unknown): value is KernelLab;
  /** Whether a value lives on the GPU and is lost with the device. */
  isOnDevice(value: unknown): boolean;
}

/** What an engine without WebGPU offers. */
export const noProgramLab: ProgramLab = {
  list: () => undefined,
  original: () => '',
  open: () => Promise.reject(new Error('Kernels can be edited on WebGPU only.')),
  replace: () => Promise.reject(new Error('Kernels can be edited on WebGPU only.')),
  restore: () => Promise.reject(new Error('Kernels can be edited on WebGPU only.')),
  isLab: (value): value is KernelLab => value === undefined && false,
  isOnDevice: () => false,
};
