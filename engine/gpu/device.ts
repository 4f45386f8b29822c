/** A WebGPU device with its memory and its pipelines, and the news of its loss. */
import type { KernelTarget } from '../../kernels/kernel.ts';
import type { Checkpoint, HostArray } from '../backend.ts';
import { DeviceLostError } from '../errors.ts';
import { type AdapterSummary, describeAdapter } from './adapter.ts';
import { BufferPool } from './buffer-pool.ts';
import { withErrorScopes } from './error-scope.ts';
import { PipelineCache } from './pipeline-cache.ts';

/** What tensors, programs and the profiler work on. */
export class WebGpuDevice {
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
  #giveUp: (error: DeviceLostError) => void = () => {};
  #isBusy = false;

  constructor(device: GPUDevice, adapter: AdapterSummary, target: KernelTarget, checkpoint?: Checkpoint) {
    this.#checkpoint = checkpoint;
    this.device = device;
    this.adapter = adapter;
    this.target = target;
    this.memory = new BufferPool(device);
    this.pipelines = new PipelineCache(device);
    const lost = device.lost.then(({ reason, message }) => {
      this.#lostError ??= new DeviceLostError(
        reason === 'destroyed'
          ? 'The GPU device was closed; open a new one.'
          : `The GPU device was lost (${message || 'no reason given'}); open a new one and compile again.`,
      );
      return this.#lostError;
    });
    this.lost = Promise.race([lost, new Promise<DeviceLostError>((resolve) => (this.#giveUp = resolve))]);
  }

  get description(): string {
    return describeAdapter(this.adapter);
  }

  /** Throws `DeviceLostError` once the device is gone, and whatever the host's checkpoint throws. */
  requireDevice(): void {
    this.#checkpoint?.();
    if (this.#lostError) throw this.#lostError;
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
    let copy: ArrayBuffer;
    try {
      await staging.mapAsync(GPUMapMode.READ);
      // Fails too where the device was lost since.
      copy = staging.getMappedRange().slice(0);
    } catch (error) {
      this.memory.discard(staging);
      throw await this.#explain(error, what);
    }
    staging.unmap();
    this.memory.release(staging);
    return copy;
  }

  /** Runs GPU work and throws its late errors as typed ones. @throws OutOfMemoryError, GpuValidationError, DeviceLostError */
  async guard<Result>(what: string, work: () => Result): Promise<Awaited<Result>> {
    this.requireDevice();
    return withErrorScopes(this.device, what, work);
  }

  /**
   * Gives up a device whose work does not end: from now on it counts as lost. It is closed when the work ends and not before,
   * since to destroy a device waits for its work, and in Chromium that blocks WebGPU in all pages.
   */
  abandon(error: DeviceLostError): void {
    this.#lostError ??= error;
    this.#giveUp(this.#lostError);
    this.#isBusy = true;
    const close = () => {
      this.#isBusy = false;
      this.dispose();
    };
    this.device.queue.onSubmittedWorkDone().then(close, close);
  }

  dispose(): void {
    this.#lostError ??= new DeviceLostError('The GPU device was closed; open a new one.');
    if (this.#isBusy) return;
    this.memory.dispose();
    this.device.destroy();
  }

  /** What an exception of WebGPU means: the lost device where it is lost, else that the work stopped. */
  async #explain(error: unknown, what: string): Promise<Error> {
    return (
      (await this.lostSoon()) ??
      new DeviceLostError(`The GPU stopped while ${what}; open a new one. (${(error as Error).message})`)
    );
  }

  /** The loss of the device if there is news of it within 100 ms: it may come after the errors that it causes. */
  lostSoon(): Promise<DeviceLostError | undefined> {
    return Promise.race([this.lost, new Promise<undefined>((resolve) => setTimeout(resolve, 100))]);
  }
}
