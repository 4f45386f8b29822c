/** Compute pipelines by their WGSL: compiled asynchronously, once each, many at a time. */
import { GpuValidationError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';

/** What the shader compiler said. */
export interface CompilerMessage {
  readonly severity: 'error' | 'warning' | 'info';
  /** From 1; 0 where the compiler names no place. */
  readonly line: number;
  /** From 1, in UTF-16 code units; 0 where the compiler names no place. */
  readonly column: number;
  /** In UTF-16 code units. */
  readonly length: number;
  readonly message: string;
}

/** What the compiler says about a module. */
export async function compilerMessages(module: GPUShaderModule): Promise<CompilerMessage[]> {
  const { messages } = await module.getCompilationInfo();
  return messages.map(({ type, lineNum, linePos, length, message }) => ({
    severity: type,
    line: lineNum,
    column: linePos,
    length,
    message,
  }));
}

/** The errors among messages, in one line; empty where there are none. */
export function describeErrors(messages: readonly CompilerMessage[]): string {
  return messages
    .filter(({ severity }) => severity === 'error')
    .map(({ line, column, message }) => (line > 0 ? `line ${line}:${column}: ${message}` : message))
    .join('; ');
}

export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** How many different pipelines were asked for. */
  get size(): number {
    return this.#pipelines.size;
  }

  /**
   * The pipeline of a shader with entry point `main`.
   *
   * @param label what it is for, in errors and in the browser's tools
   * @throws GpuValidationError with the compiler's messages and lines.
   */
  get(wgsl: string, label: string): Promise<GPUComputePipeline> {
    let pipeline = this.#pipelines.get(wgsl);
    if (!pipeline) {
      pipeline = this.#compile(wgsl, label);
      this.#pipelines.set(wgsl, pipeline);
      pipeline.catch(() => this.#pipelines.delete(wgsl));
    }
    return pipeline;
  }

  async #compile(code: string, label: string): Promise<GPUComputePipeline> {
    this.#device.pushErrorScope('validation');
    const module = this.#device.createShaderModule({ code, label });
    const compiled = this.#device.popErrorScope();
    try {
      return await this.#device.createComputePipelineAsync({
        label,
        layout: 'auto',
        compute: { module, entryPoint: 'main' },
      });
    } catch (error) {
      const errors = describeErrors(await compilerMessages(module));
      throw new GpuValidationError(
        `The shader of ${label} does not compile: ${errors || (error as Error).message}`,
        { cause: error },
      );
    } finally {
      await compiled.catch(() => null);
    }
  }
}

/** The pipelines of a plan's dispatches, in order. */
export interface CompiledPipelines {
  readonly pipelines: readonly GPUComputePipeline[];
  /** From the first request to the last answer, ms. */
  readonly milliseconds: number;
}

/** Compiles every shader of a plan at once. @throws GpuValidationError */
export async function compilePipelines(cache: PipelineCache, plan: Plan): Promise<CompiledPipelines> {
  const start = performance.now();
  const pipelines = await Promise.all(
    plan.dispatches.map(({ program, label, kernel, variant }) =>
      cache.get(program.wgsl, `${kernel.name}/${variant.name} '${label}'`),
    ),
  );
  return { pipelines, milliseconds: performance.now() - start };
}
