/** What becomes of errors that a GPU reports late, on a device that is played: no adapter runs out of memory on demand. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withErrorScopes } from '../../engine/gpu/error-scope.ts';
import {
  DeviceLostError,
  GpuValidationError,
  input,
  matmul,
  OutOfMemoryError,
  parameter,
  WebGpuBackend,
} from '../../engine/index.ts';

type Failure = 'out-of-memory' | 'internal' | 'validation';

/** A device whose innermost error scope of the kind in `failing` reports an error; buffers know if they are destroyed. */
class PlayedDevice {
  failing: Failure | undefined;
  readonly buffers: { size: number; usage: number; destroyed: boolean }[] = [];
  readonly lost = new Promise<never>(() => {});
  readonly queue = { writeBuffer: () => {}, submit: () => {} };
  readonly #scopes: string[] = [];

  pushErrorScope(kind: string): void {
    this.#scopes.push(kind);
  }

  async popErrorScope(): Promise<{ message: string } | null> {
    return this.#scopes.pop() === this.failing ? { message: `played ${this.failing}` } : null;
  }

  createBuffer({ size, usage }: { size: number; usage: number }) {
    const buffer = {
      size,
      usage,
      destroyed: false,
      destroy: () => {
        buffer.destroyed = true;
      },
    };
    this.buffers.push(buffer);
    return buffer;
  }

  createCommandEncoder() {
    return { copyBufferToBuffer: () => {}, finish: () => ({}) };
  }

  get openScopes(): number {
    return this.#scopes.length;
  }
}

const target = {
  features: new Set<string>(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  software: true,
};
const adapter = {
  vendor: '',
  architecture: '',
  device: '',
  description: 'played',
  software: true,
  features: [],
};

let played: PlayedDevice;
let device: GPUDevice;
beforeEach(() => {
  vi.stubGlobal('GPUBufferUsage', { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, STORAGE: 128 });
  played = new PlayedDevice();
  device = played as unknown as GPUDevice;
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('error scopes', () => {
  test.each([
    ['out-of-memory', OutOfMemoryError, 'not enough memory for a test; use a smaller batch'],
    ['internal', GpuValidationError, 'The GPU refused a test: played internal'],
    ['validation', GpuValidationError, 'The GPU refused a test: played validation'],
  ] as const)('%s becomes a typed error that names the work', async (failing, type, message) => {
    played.failing = failing;
    const error = await withErrorScopes(device, 'a test', () => 1).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toContain(message);
    expect(played.openScopes).toBe(0);
  });

  test('work that throws leaves no scope open', async () => {
    const work = () => {
      throw new RangeError('thrown by the work');
    };
    await expect(withErrorScopes(device, 'a test', work)).rejects.toThrow('thrown by the work');
    expect(played.openScopes).toBe(0);
  });

  test('a device that is lost meanwhile is a DeviceLostError', async () => {
    played.popErrorScope = () => Promise.reject(new Error('gone'));
    await expect(withErrorScopes(device, 'a test', () => 1)).rejects.toThrow(DeviceLostError);
  });

  test('overlapping works keep their errors apart', async () => {
    const first = withErrorScopes(device, 'the first', () => 1);
    played.failing = 'validation';
    const second = withErrorScopes(device, 'the second', () => 2);
    played.failing = undefined;
    await expect(first).resolves.toBe(1);
    await expect(second).rejects.toThrow('the second');
  });
});

describe('a GPU without memory', () => {
  test('fails to compile a program, and keeps none of its parameters', async () => {
    const backend = new WebGpuBackend(device, adapter, target);
    played.failing = 'out-of-memory';
    const y = matmul(input('x', [2, 3]), parameter('w', [3, 4]));
    await expect(backend.compile({ outputs: { y } }, { w: new Float32Array(12) })).rejects.toThrow(
      OutOfMemoryError,
    );
    expect(played.buffers.map(({ destroyed }) => destroyed)).toEqual([true]);
    expect(backend.memory.statistics).toMatchObject({ liveBuffers: 0, liveBytes: 0, pooledBytes: 0 });
  });

  test('fails to read a tensor, and keeps no staging buffer', async () => {
    const backend = new WebGpuBackend(device, adapter, target);
    const tensor = backend.tensor(new Float32Array(4), [4]);
    played.failing = 'out-of-memory';
    await expect(tensor.read()).rejects.toThrow('not enough memory for reading float32 [4]');
    expect(played.buffers.map(({ destroyed }) => destroyed)).toEqual([false, true]);
    expect(backend.memory.statistics).toMatchObject({ liveBuffers: 1, liveBytes: 16, pooledBytes: 0 });
  });
});

test('float16 parameters that the GPU cannot store leave nothing behind', () => {
  const backend = new WebGpuBackend(device, adapter, target);
  const y = matmul(matmul(input('x', [2, 3]), parameter('v', [3, 4])), parameter('w', [4, 5], 'float16'));
  const parameters = { v: new Float32Array(12), w: new Float32Array(20) };
  expect(() => backend.upload({ outputs: { y } }, parameters)).toThrow('no float16 storage');
  expect(backend.memory.statistics.liveBuffers).toBe(0);
});

test('a buffer that went back to the pool is not destroyed by discarding it', () => {
  const { memory } = new WebGpuBackend(device, adapter, target);
  const buffer = memory.acquire(16, 128, 'a');
  memory.release(buffer);
  memory.discard(buffer);
  expect(played.buffers[0]!.destroyed).toBe(false);
  expect(memory.acquire(16, 128, 'b')).toBe(buffer);
});
