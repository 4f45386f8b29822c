/** Timestamps at the begin and end of compute passes, as many as wanted. */
import type { WebGpuDevice } from '../gpu/device.ts';

/** When a pass began and ended on the GPU's clock, ms after a moment that stays the same for a timer; NaN where the clock said nothing. */
export interface PassTimes {
  readonly begin: number;
  readonly end: number;
}

/** What WebGPU allows in one query set. */
const mostQueries = 4096;

/**
 * Times up to `count` passes of one command encoder. Its buffers come straight from the device, so that the memory
 * statistics of what is measured stay as they are. Make it inside a `guard`.
 */
export class PassTimer {
  readonly #gpu: WebGpuDevice;
  readonly #sets: readonly GPUQuerySet[];
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;
  #passes = 0;
  /** What the first query ever said, so that all times of this timer compare. */
  #origin: bigint | undefined;

  constructor(gpu: WebGpuDevice, count: number) {
    this.#gpu = gpu;
    const { device } = gpu;
    const queries = Math.max(2 * count, 2);
    this.#sets = Array.from({ length: Math.ceil(queries / mostQueries) }, (_, index) =>
      device.createQuerySet({
        type: 'timestamp',
        count: Math.min(queries - index * mostQueries, mostQueries),
      }),
    );
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const size = 8 * queries;
    this.#resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC, label: 'timestamps' });
    this.#staging = device.createBuffer({ size, usage: MAP_READ | COPY_DST, label: 'staging timestamps' });
  }

  /** Encodes passes and the copy of their timestamps. One call a command encoder, and one encoder at a time. */
  encode(encoder: GPUCommandEncoder, passes: readonly ((pass: GPUComputePassEncoder) => void)[]): void {
    this.#passes = passes.length;
    passes.forEach((work, index) => {
      const querySet = this.#sets[Math.floor((2 * index) / mostQueries)]!;
      const query = (2 * index) % mostQueries;
      const pass = encoder.beginComputePass({
        timestampWrites: {
          querySet,
          beginningOfPassWriteIndex: query,
          endOfPassWriteIndex: query + 1,
        },
      });
      work(pass);
      pass.end();
    });
    this.#sets.forEach((set, index) => {
      encoder.resolveQuerySet(set, 0, set.count, this.#resolved, 8 * index * mostQueries);
    });
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, this.#resolved.size);
  }

  /** The times of the passes encoded last, once they were submitted. Rejects with `DeviceLostError`. */
  async read(): Promise<PassTimes[]> {
    const nanoseconds = new BigUint64Array(await this.#gpu.readStaging(this.#staging, 'timing passes'));
    this.#origin ??= nanoseconds.find((reading) => reading > 0n);
    const origin = this.#origin ?? 0n;
    // 0 is what a query says that was never written.
    const at = (query: number): number =>
      nanoseconds[query] ? Number(BigInt.asIntN(64, nanoseconds[query]! - origin)) / 1e6 : Number.NaN;
    return Array.from({ length: this.#passes }, (_, index) => ({
      begin: at(2 * index),
      end: at(2 * index + 1),
    }));
  }

  dispose(): void {
    for (const set of this.#sets) set.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}
