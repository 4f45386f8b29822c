/**
 * GPU buffers, counted. A freed buffer is kept for the next request of its size and usage, up to a bound, because
 * creating one costs far more than finding one.
 */

/** Bytes of GPU buffers. */
export interface MemoryStatistics {
  /** In use now. */
  readonly liveBytes: number;
  /** The most that was ever in use at once. */
  readonly peakBytes: number;
  /** Freed, but kept for reuse. */
  readonly pooledBytes: number;
  /** Buffers in use now. */
  readonly liveBuffers: number;
}

export class BufferPool {
  readonly #device: GPUDevice;
  readonly #mostPooledBytes: number;
  readonly #free = new Map<string, GPUBuffer[]>();
  readonly #live = new Set<GPUBuffer>();
  #liveBytes = 0;
  #peakBytes = 0;
  #pooledBytes = 0;

  /** @param mostPooledBytes freed buffers beyond this are destroyed. */
  constructor(device: GPUDevice, mostPooledBytes = 64 * 2 ** 20) {
    this.#device = device;
    this.#mostPooledBytes = mostPooledBytes;
  }

  get statistics(): MemoryStatistics {
    return {
      liveBytes: this.#liveBytes,
      peakBytes: this.#peakBytes,
      pooledBytes: this.#pooledBytes,
      liveBuffers: this.#live.size,
    };
  }

  /**
   * A buffer of exactly this size and usage; its content is arbitrary. A failed allocation is reported by the
   * caller's error scope.
   */
  acquire(bytes: number, usage: GPUBufferUsageFlags, label: string): GPUBuffer {
    const kept = this.#free.get(`${bytes}/${usage}`)?.pop();
    if (kept) this.#pooledBytes -= bytes;
    const buffer = kept ?? this.#device.createBuffer({ size: bytes, usage, label });
    this.#live.add(buffer);
    this.#liveBytes += bytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#liveBytes);
    return buffer;
  }

  /** Gives a buffer back. A second time does nothing. */
  release(buffer: GPUBuffer): void {
    if (!this.#live.delete(buffer)) return;
    this.#liveBytes -= buffer.size;
    if (this.#pooledBytes + buffer.size > this.#mostPooledBytes) {
      buffer.destroy();
      return;
    }
    const key = `${buffer.size}/${buffer.usage}`;
    const list = this.#free.get(key) ?? [];
    list.push(buffer);
    this.#free.set(key, list);
    this.#pooledBytes += buffer.size;
  }

  /** Gives back a buffer that may be broken: destroyed, not kept. One that was given back before is left alone. */
  discard(buffer: GPUBuffer): void {
    if (!this.#live.delete(buffer)) return;
    this.#liveBytes -= buffer.size;
    buffer.destroy();
  }

  /** Destroys everything, in use or not. */
  dispose(): void {
    for (const buffer of this.#live) buffer.destroy();
    for (const list of this.#free.values()) for (const buffer of list) buffer.destroy();
    this.#live.clear();
    this.#free.clear();
    this.#liveBytes = 0;
    this.#pooledBytes = 0;
  }
}
