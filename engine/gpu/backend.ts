/** The WebGPU backend: a device, its memory, its pipelines, and the programs compiled for it. */
import type { KernelTarget } from '../../kernels/kernel.ts';
import type { Backend, Checkpoint, DeviceParameters, HostArray, HostParameters } from '../backend.ts';
import { hostArrayFits, storageBytes, toStorage } from '../data-type.ts';
import { DeviceLostError, InputError, ShapeError } from '../errors.ts';
import { describe, elementCount, type Graph, leaves, type TensorSpecification } from '../graph/value.ts';
import { planGraph, type VariantChoice } from '../plan/plan.ts';
import { checkArrays } from '../run/check-inputs.ts';
import { WebGpuProgram } from '../run/program.ts';
import { Tensor } from '../tensor.ts';
import { type AdapterOptions, type AdapterSummary, describeAdapter, requestDevice } from './adapter.ts';
import { BufferPool } from './buffer-pool.ts';
import { withErrorScopes } from './error-scope.ts';
import { PipelineCache } from './pipeline-cache.ts';

/** Parameters in GPU memory. */
export class UploadedParameters implements DeviceParameters {
  readonly tensors: ReadonlyMap<string, Tensor>;

  constructor(tensors: ReadonlyMap<string, Tensor>) {
    this.tensors = tensors;
  }

  get names(): string[] {
    return [...this.tensors.keys()];
  }

  get bytes(): number {
    return [...this.tensors.values()].reduce((sum, tensor) => sum + tensor.bytes, 0);
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
  }
}

/**
 * Opens the GPU.
 *
 * @throws NoAdapterError where there is none.
 */
export async function openWebGpu(
  options: AdapterOptions & { readonly checkpoint?: Checkpoint } = {},
): Promise<WebGpuBackend> {
  const { device, summary, target } = await requestDevice(options);
  return new WebGpuBackend(device, summary, target, options.checkpoint);
}

/** Made by `openWebGpu`. */
export class WebGpuBackend implements Backend {
  readonly kind = 'webgpu';
  readonly device: GPUDevice;
  readonly adapter: AdapterSummary;
  readonly target: KernelTarget;
  /** GPU memory of this backend: figures, and where buffers come from. */
  readonly memory: BufferPool;
  readonly pipelines: PipelineCache;
  /**
   * Resolves when the device is gone, for whatever reason. Recover by opening a new backend and compiling again;
   * host data and documents are untouched.
   */
  readonly lost: Promise<DeviceLostError>;
  readonly #checkpoint: Checkpoint | undefined;
  #lostError: DeviceLostError | undefined;

  constructor(device: GPUDevice, adapter: AdapterSummary, target: KernelTarget, checkpoint?: Checkpoint) {
    this.#checkpoint = checkpoint;
    this.device = device;
    this.adapter = adapter;
    this.target = target;
    this.memory = new BufferPool(device);
    this.pipelines = new PipelineCache(device);
    this.lost = device.lost.then(({ reason, message }) => {
      this.#lostError ??= new DeviceLostError(
        reason === 'destroyed'
          ? 'The GPU device was closed; open a new one.'
          : `The GPU device was lost (${message || 'no reason given'}); open a new one and compile again.`,
      );
      return this.#lostError;
    });
  }

  get description(): string {
    return describeAdapter(this.adapter);
  }

  /** Throws `DeviceLostError` once the device is gone, and whatever the host's checkpoint throws. */
  requireDevice(): void {
    this.#checkpoint?.();
    if (this.#lostError) throw this.#lostError;
  }

  /**
   * Copies host data to the GPU.
   *
   * @throws InputError where data and shape disagree; ShapeError for float16 without `shader-f16`.
   */
  tensor(
    data: HostArray,
    shape: readonly number[],
    dataType: TensorSpecification['dataType'] = 'float32',
  ): Tensor {
    this.requireDevice();
    const specification = { shape, dataType };
    if (!hostArrayFits(dataType, data) || data.length !== elementCount(shape)) {
      throw new InputError(
        `A tensor ${describe(specification)} cannot be made of a ${data.constructor.name} of ${data.length} elements.`,
      );
    }
    if (dataType === 'float16' && !this.target.features.has('shader-f16')) {
      throw new ShapeError(
        `This GPU has no float16 storage (shader-f16); use float32 for ${describe(specification)}.`,
      );
    }
    const bytes = storageBytes(specification);
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const buffer = this.memory.acquire(bytes, STORAGE | COPY_SRC | COPY_DST, describe(specification));
    this.writeBuffer(buffer, toStorage(dataType, data));
    return new Tensor(this, buffer, specification);
  }

  /** Queues a copy of host data into a buffer. Data whose bytes are no multiple of four is padded with zeros. */
  writeBuffer(buffer: GPUBuffer, data: HostArray): void {
    let bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    if (bytes.length % 4 !== 0) {
      const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
      padded.set(bytes);
      bytes = padded;
    }
    this.device.queue.writeBuffer(buffer, 0, bytes as Uint8Array<ArrayBuffer>);
  }

  /** Copies a buffer to the host. `what` names the work in errors. */
  async readBuffer(buffer: GPUBuffer, bytes: number, what: string): Promise<ArrayBuffer> {
    this.requireDevice();
    const acquired: GPUBuffer[] = [];
    try {
      const staging = await this.guard(what, () => {
        const { MAP_READ, COPY_DST } = GPUBufferUsage;
        const target = this.memory.acquire(bytes, MAP_READ | COPY_DST, 'staging');
        acquired.push(target);
        const encoder = this.device.createCommandEncoder();
        encoder.copyBufferToBuffer(buffer, 0, target, 0, bytes);
        this.device.queue.submit([encoder.finish()]);
        return target;
      });
      return await this.readStaging(staging, what);
    } catch (error) {
      for (const staging of acquired) this.memory.discard(staging);
      throw error;
    }
  }

  /** Waits for a mappable buffer, copies it, and gives it back to the pool. */
  async readStaging(staging: GPUBuffer, what: string): Promise<ArrayBuffer> {
    try {
      await staging.mapAsync(GPUMapMode.READ);
    } catch (error) {
      this.memory.discard(staging);
      throw await this.#explain(error, what);
    }
    const copy = staging.getMappedRange().slice(0);
    staging.unmap();
    this.memory.release(staging);
    return copy;
  }

  /** Runs GPU work and throws its late errors as typed ones. @throws OutOfMemoryError, GpuValidationError, DeviceLostError */
  async guard<Result>(what: string, work: () => Result): Promise<Awaited<Result>> {
    this.requireDevice();
    return withErrorScopes(this.device, what, work);
  }

  upload(graph: Graph, parameters: HostParameters): UploadedParameters {
    const declared = leaves(graph, 'parameter');
    checkArrays('parameter', declared, parameters);
    const tensors = new Map<string, Tensor>();
    const uploaded = new UploadedParameters(tensors);
    try {
      for (const [name, { shape, dataType }] of declared) {
        tensors.set(name, this.tensor(parameters[name]!, shape, dataType));
      }
    } catch (error) {
      uploaded.dispose();
      throw error;
    }
    return uploaded;
  }

  /** As in `Backend`; `choose` overrides the kernel variants, for tuning and for tests. */
  async compile(
    graph: Graph,
    parameters: HostParameters | DeviceParameters = {},
    { choose }: { choose?: VariantChoice } = {},
  ): Promise<WebGpuProgram> {
    this.requireDevice();
    const plan = planGraph(graph, this.target, choose);
    const given = parameters instanceof UploadedParameters ? parameters : undefined;
    const owned: UploadedParameters[] = [];
    try {
      if (!given) {
        await this.guard(`the ${plan.parameters.size} parameters of a program`, () => {
          owned.push(this.upload(graph, parameters as HostParameters));
        });
      }
      const [own] = owned;
      return await WebGpuProgram.create(this, plan, given ?? own!, own);
    } catch (error) {
      // Not back to the pool: one of them may be what could not be allocated.
      for (const { tensors } of owned) {
        for (const { buffer } of tensors.values()) this.memory.discard(buffer);
      }
      // A device that goes away fails compilations with errors that speak of the shader.
      throw error instanceof InputError ? error : ((await this.#lostSoon()) ?? error);
    }
  }

  dispose(): void {
    this.#lostError ??= new DeviceLostError('The GPU device was closed; open a new one.');
    this.memory.dispose();
    this.device.destroy();
  }

  /** What an exception of WebGPU means: the lost device where it is lost, else that the work stopped. */
  async #explain(error: unknown, what: string): Promise<Error> {
    return (
      (await this.#lostSoon()) ??
      new DeviceLostError(`The GPU stopped while ${what}; open a new one. (${(error as Error).message})`)
    );
  }

  /** The loss of the device if there is news of it within 100 ms: it may come after the errors that it causes. */
  #lostSoon(): Promise<DeviceLostError | undefined> {
    return Promise.race([this.lost, new Promise<undefined>((resolve) => setTimeout(resolve, 100))]);
  }
}
