/**
 * Counts memory at its source, for every runtime alike: WebGPU's `createBuffer`, `createTexture` and `destroy`, and the
 * memories of WebAssembly. Must be installed before a runtime's code loads.
 */
import type { GpuMemory } from '../page-interface.ts';

interface Allocation {
  bytes: number;
}

let liveBytes = 0;
let peakBytes = 0;
let liveObjects = 0;
const wasmMemories = new Set<WebAssembly.Memory>();

/** By object, so that a second `destroy` counts nothing. */
const allocations = new WeakMap<object, Allocation>();
const collected = new FinalizationRegistry<Allocation>(free);

function free(allocation: Allocation): void {
  if (allocation.bytes === 0) return;
  liveBytes -= allocation.bytes;
  liveObjects -= 1;
  allocation.bytes = 0;
}

function track<Type extends object>(object: Type, bytes: number): Type {
  const allocation = { bytes: Math.max(bytes, 1) };
  allocations.set(object, allocation);
  collected.register(object, allocation);
  liveBytes += allocation.bytes;
  liveObjects += 1;
  peakBytes = Math.max(peakBytes, liveBytes);
  return object;
}

/** Four bytes a texel, which holds for the formats of photos; none of the runtimes keeps its tensors in textures. */
function textureBytes({ size }: GPUTextureDescriptor): number {
  const [width, height = 1, layers = 1] =
    Symbol.iterator in size ? [...size] : [size.width, size.height, size.depthOrArrayLayers];
  return 4 * width! * height * layers;
}

function countGpu(): void {
  const { createBuffer, createTexture } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    return track(createBuffer.call(this, descriptor), descriptor.size);
  };
  GPUDevice.prototype.createTexture = function (descriptor) {
    return track(createTexture.call(this, descriptor), textureBytes(descriptor));
  };
  for (const { prototype } of [GPUBuffer, GPUTexture]) {
    const destroy = prototype.destroy as (this: GPUBuffer | GPUTexture) => undefined;
    prototype.destroy = function (this: GPUBuffer | GPUTexture) {
      const allocation = allocations.get(this);
      if (allocation) free(allocation);
      return destroy.call(this);
    };
  }
}

/** A memory is made by JavaScript and imported, or made by the module and exported. */
function countWasm(): void {
  const exported = (result: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource) => {
    const instance = 'instance' in result ? result.instance : result;
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) wasmMemories.add(value);
    }
  };
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(target, arguments_, newTarget) {
      const memory = Reflect.construct(target, arguments_, newTarget) as WebAssembly.Memory;
      wasmMemories.add(memory);
      return memory;
    },
  });
  for (const name of ['instantiate', 'instantiateStreaming'] as const) {
    Object.defineProperty(WebAssembly, name, {
      configurable: true,
      writable: true,
      value: new Proxy(WebAssembly[name] as (...arguments_: unknown[]) => Promise<WebAssembly.Instance>, {
        async apply(target, self, arguments_) {
          const result = await Reflect.apply(target, self, arguments_);
          exported(result);
          return result;
        },
      }),
    });
  }
}

/** Begins to count. Does nothing for what the environment does not have. */
export function installCounters(): void {
  if (typeof GPUDevice !== 'undefined') countGpu();
  if (typeof WebAssembly !== 'undefined') countWasm();
}

export function gpuMemory(): GpuMemory {
  return { liveBytes, peakBytes, liveObjects };
}

/** Bytes of all WebAssembly memories. */
export function wasmBytes(): number {
  return [...wasmMemories].reduce((total, { buffer }) => total + buffer.byteLength, 0);
}
