/** Memory on which variants of one problem are tried: operands of seeded data, and an output. */
import type { KernelProblem, KernelProgram } from '../../kernels/kernel.ts';
import type { HostArray } from '../backend.ts';
import { fromStorage, storageBytes } from '../data-type.ts';
import type { WebGpuDevice } from '../gpu/device.ts';
import { randomOperands } from '../lab/operands.ts';
import { packSizes } from '../run/sizes-buffer.ts';

/** Words that are NaN as float32, and in halves as float16. No kernel computes them. */
const poison = new Uint32Array(2 ** 16).fill(0x7fff7fff);

export class Scratch {
  readonly #gpu: WebGpuDevice;
  readonly #problem: KernelProblem;
  readonly #what: string;
  /** Operands, then the output. */
  readonly #buffers: GPUBuffer[] = [];
  /** Of shaders that read their sizes, one a binding. */
  readonly #sizes: GPUBuffer[] = [];

  private constructor(gpu: WebGpuDevice, problem: KernelProblem, what: string) {
    this.#gpu = gpu;
    this.#problem = problem;
    this.#what = what;
  }

  /** @throws OutOfMemoryError */
  static async create(gpu: WebGpuDevice, problem: KernelProblem, operation: string, what: string) {
    const scratch = new Scratch(gpu, problem, what);
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const operands = randomOperands(problem, operation, 1);
    try {
      await gpu.guard(what, () => {
        for (const [index, specification] of [...problem.inputs, problem.output].entries()) {
          const bytes = storageBytes(specification);
          const buffer = gpu.memory.acquire(bytes, STORAGE | COPY_SRC | COPY_DST, what);
          scratch.#buffers.push(buffer);
          if (operands[index]) gpu.writeBuffer(buffer, operands[index]);
        }
      });
      return scratch;
    } catch (error) {
      scratch.dispose();
      throw error;
    }
  }

  bind(pipeline: GPUComputePipeline, program: KernelProgram): GPUBindGroup {
    const buffers = [...this.#buffers];
    const { data } = packSizes([program], 16);
    if (data.length > 0) {
      const { UNIFORM, COPY_DST } = GPUBufferUsage;
      const sizes = this.#gpu.memory.acquire(data.byteLength, UNIFORM | COPY_DST, this.#what);
      this.#gpu.writeBuffer(sizes, data);
      this.#sizes.push(sizes);
      buffers.push(sizes);
    }
    return this.#gpu.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  get #output(): GPUBuffer {
    return this.#buffers.at(-1)!;
  }

  /** Fills the output with NaN, so that an element nobody writes is seen. */
  poison(): void {
    const { size } = this.#output;
    for (let at = 0; at < size; at += poison.byteLength) {
      const words = Math.min(poison.length, (size - at) / 4);
      this.#gpu.device.queue.writeBuffer(this.#output, at, poison, 0, words);
    }
  }

  /** The output. */
  async read(): Promise<HostArray> {
    const bytes = await this.#gpu.readBuffer(this.#output, this.#output.size, this.#what);
    return fromStorage(this.#problem.output, bytes);
  }

  /** Destroys the memory: a pool full of odd sizes would help nobody. */
  dispose(): void {
    for (const buffer of [...this.#buffers, ...this.#sizes]) this.#gpu.memory.discard(buffer);
  }
}
