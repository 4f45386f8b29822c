/** Compute pipelines by their WGSL: compiled asynchronously, once each, many at a time. */
import { GpuValidationError } from '../errors.ts';

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
      const { messages } = await module.getCompilationInfo();
      const lines = messages
        .filter(({ type }) => type === 'error')
        .map(({ lineNum, linePos, message }) => `line ${lineNum}:${linePos}: ${message}`);
      throw new GpuValidationError(
        `The shader of ${label} does not compile: ${lines.join('; ') || (error as Error).message}`,
        { cause: error },
      );
    } finally {
      await compiled.catch(() => null);
    }
  }
}
