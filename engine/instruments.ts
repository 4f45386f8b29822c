/**
 * Instruments that measure, check and edit kernels. Each is fetched when it is first used, so a page that only runs models
 * never loads them.
 */
import type { Backend } from './backend.ts';
import type { Graph } from './graph/value.ts';
import type { DefinedKernel, KernelDefinition } from './lab/define-kernel.ts';
import type { Lab, LabProgram } from './lab/lab.ts';
import type { Ceilings } from './profile/profile.ts';
import type { Bindings } from './reference/interpreter.ts';
import type { TuningResult } from './tune/result.ts';
import type { TuningOptions } from './tune/tune.ts';

/**
 * Opens a lab on a dispatch of a compiled program, at its shape, in memory of its own. The current version is the one
 * that the program runs now.
 *
 * @param label as in the plan and in profiles, for example `block3/pointwise`
 * @throws InputError, OutOfMemoryError, DeviceLostError
 */
export async function openKernelLab(program: LabProgram, label: string): Promise<Lab> {
  const lab = await import('./lab/lab.ts');
  return lab.openKernelLab(program, label);
}

/**
 * Makes a kernel from scratch: a formula as TypeScript, WGSL, sizes. It can be tested against the formula, edited and
 * run.
 *
 * @throws InputError, OutOfMemoryError, DeviceLostError
 */
export async function defineKernel<const Names extends string>(
  definition: KernelDefinition<Names>,
): Promise<DefinedKernel<Names>> {
  const lab = await import('./lab/define-kernel.ts');
  return lab.defineKernel(definition);
}

/**
 * Tries, for each kernel and shape of a graph, every variant that this GPU runs, and says which is fastest. With a
 * store (`openWebGpu({ tuning })`) the backend remembers, and compiles with the winners from now on; in any case
 * `result.choose` compiles with them.
 *
 * @throws InputError for another backend than WebGPU or an impossible option; OutOfMemoryError, DeviceLostError
 */
export async function tune(backend: Backend, graph: Graph, options?: TuningOptions): Promise<TuningResult> {
  const tuner = await import('./tune/tune.ts');
  return tuner.tune(backend, graph, options);
}

/**
 * Measures what a device can reach: float32 and float16 arithmetic, copying, workgroup memory, the latency of a dispatch.
 * Once for each backend; takes a few seconds on a software adapter.
 *
 * @param options.budgetMs time for the measurements themselves; default 1500
 * @throws InputError on the reference backend; EngineError where the clock is too coarse; OutOfMemoryError, DeviceLostError
 */
export async function measureCeilings(backend: Backend, options?: { budgetMs?: number }): Promise<Ceilings> {
  const profiler = await import('./profile/ceilings.ts');
  return profiler.measureCeilings(backend, options);
}

/**
 * Computes the outputs of a graph in float64 on the CPU, in plain loops, without rewriting it first: what every kernel is
 * checked against. The reference backend runs whole programs that way.
 *
 * @returns each output by name, row-major
 * @throws InputError where an input or parameter is missing, has the wrong length, or offsets are impossible.
 */
export async function interpret(graph: Graph, bindings: Bindings): Promise<Record<string, Float64Array>> {
  const reference = await import('./reference/interpreter.ts');
  return reference.interpret(graph, bindings);
}
