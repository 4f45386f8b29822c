/** A block of numbers on the GPU. */
import type { HostArray } from './backend.ts';
import { fromStorage, hostArrayFits, storageBytes, toStorage } from './data-type.ts';
import { EngineError, InputError } from './errors.ts';
import type { WebGpuDevice } from './gpu/device.ts';
import { type DataType, describe, elementCount, type TensorSpecification } from './graph/value.ts';

/**
 * A tensor in GPU memory, made by `WebGpuBackend.tensor`. It is freed by `dispose`, or at the end of a block:
 * `using x = backend.tensor(…)`.
 */
export class Tensor implements TensorSpecification {
  readonly shape: readonly number[];
  readonly dataType: DataType;
  /** The memory itself, for the engine's own use. */
  readonly buffer: GPUBuffer;
  readonly #device: WebGpuDevice;
  #disposed = false;

  constructor(device: WebGpuDevice, buffer: GPUBuffer, { shape, dataType }: TensorSpecification) {
    this.#device = device;
    this.buffer = buffer;
    this.shape = shape;
    this.dataType = dataType;
  }

  /** Bytes of GPU memory. */
  get bytes(): number {
    return storageBytes(this);
  }

  /** True after `dispose`. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /**
   * Copies the elements to the host: `Float32Array` for float32 and float16, else the array of the data type.
   * @throws EngineError after `dispose`, DeviceLostError
   */
  async read(): Promise<HostArray> {
    if (this.#disposed)
      throw new EngineError(`This tensor, ${describe(this)}, was disposed; it cannot be read.`);
    return fromStorage(
      this,
      await this.#device.readBuffer(this.buffer, this.bytes, `reading ${describe(this)}`),
    );
  }

  /**
   * Gives it new content, for all work that is started later.
   * @throws InputError where data and shape disagree; EngineError after `dispose`, DeviceLostError
   */
  write(data: HostArray): void {
    if (this.#disposed)
      throw new EngineError(`This tensor, ${describe(this)}, was disposed; it cannot be written.`);
    if (!hostArrayFits(this.dataType, data) || data.length !== elementCount(this.shape)) {
      throw new InputError(
        `A tensor ${describe(this)} cannot hold a ${data.constructor.name} of ${data.length} elements.`,
      );
    }
    this.#device.requireDevice();
    this.#device.writeBuffer(this.buffer, toStorage(this.dataType, data));
  }

  /** Gives the memory back. A second time does nothing. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#device.memory.release(this.buffer);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
