/**
 * Runs one kernel program on raw WebGPU and watches it: the output is poisoned before the run, a guard zone follows
 * it, and compiler messages come with their line of WGSL. Independent of the engine's own runner.
 */
import { uniform } from '../../engine/random.ts';
import type { KernelProgram, KernelTarget } from '../../kernels/kernel.ts';

/** A host array as a kernel takes it; float16 elements come as `Uint16Array` of bits. */
export type KernelInput =
  | Float32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** A quiet NaN that no computation gives. */
const poison = 0x7fc0dead;
/** Bytes behind the output that must stay as they were. */
const guardBytes = 1024;

let shared: Promise<{ device: GPUDevice; target: KernelTarget }> | undefined;

/** The device of this test file: all optional features that kernels know, limits as high as the adapter's. */
export function kernelDevice(): Promise<{ device: GPUDevice; target: KernelTarget }> {
  shared ??= open();
  return shared;
}

/** What that device offers. */
export async function kernelTarget(): Promise<KernelTarget> {
  return (await kernelDevice()).target;
}

async function open(): Promise<{ device: GPUDevice; target: KernelTarget }> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error('This browser gives no WebGPU adapter, so kernels cannot be tested.');
  const wanted: GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];
  const { limits, info } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
      maxComputeWorkgroupSizeY: limits.maxComputeWorkgroupSizeY,
      maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    },
  });
  const description = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  const target: KernelTarget = {
    features: new Set(device.features),
    maxComputeInvocationsPerWorkgroup: device.limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupStorageSize: device.limits.maxComputeWorkgroupStorageSize,
    software: info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe/i.test(description),
  };
  return { device, target };
}

/**
 * Runs the program once.
 *
 * @param outputElements number of float32 elements
 * @throws Error where the shader does not compile, WebGPU reports an error, an element was never written, or
 *   something behind the output was.
 */
export async function runKernel(
  program: KernelProgram,
  inputs: readonly KernelInput[],
  outputElements: number,
): Promise<Float32Array<ArrayBuffer>> {
  const { device } = await kernelDevice();
  device.pushErrorScope('validation');
  device.pushErrorScope('out-of-memory');
  const pipeline = await compileOnce(device, program);
  const size = outputElements * 4 + guardBytes;
  const buffers = inputs.map((data) => uploaded(device, data));
  const output = uploaded(device, new Uint32Array(size / 4).fill(poison));
  const readback = device.createBuffer({ size, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const sizes = program.sizes && uploaded(device, sizesOf(program), GPUBufferUsage.UNIFORM);
  pass.setBindGroup(0, bindKernel(device, pipeline, [...buffers, output, ...(sizes ? [sizes] : [])]));
  pass.dispatchWorkgroups(...program.workgroups);
  pass.end();
  encoder.copyBufferToBuffer(output, 0, readback, 0, size);
  device.queue.submit([encoder.finish()]);
  for (const error of [await device.popErrorScope(), await device.popErrorScope()]) {
    if (error) throw new Error(`${error.message}\n${numbered(program.wgsl)}`);
  }
  await readback.mapAsync(GPUMapMode.READ);
  const bits = new Uint32Array(readback.getMappedRange().slice(0));
  for (const buffer of [...buffers, output, readback]) buffer.destroy();
  sizes?.destroy();

  const unwritten = bits
    .subarray(0, outputElements)
    .reduce((count, word) => count + Number(word === poison), 0);
  if (unwritten > 0) {
    const first = bits.indexOf(poison);
    throw new Error(`${unwritten} of ${outputElements} elements were never written; the first is ${first}.`);
  }
  const overrun = bits.findIndex((word, index) => index >= outputElements && word !== poison);
  if (overrun >= 0)
    throw new Error(`The kernel wrote ${overrun - outputElements} elements behind its output.`);
  return new Float32Array(bits.buffer, 0, outputElements);
}

/** The last pipelines of this test file: kernels that read their sizes have one text for many shapes. */
const compiled = new Map<string, Promise<GPUComputePipeline>>();
const mostCompiled = 32;

function compileOnce(device: GPUDevice, program: KernelProgram): Promise<GPUComputePipeline> {
  const found = compiled.get(program.wgsl);
  if (found) return found;
  const pipeline = compileKernel(device, program);
  compiled.set(program.wgsl, pipeline);
  pipeline.catch(() => compiled.delete(program.wgsl));
  if (compiled.size > mostCompiled) compiled.delete(compiled.keys().next().value!);
  return pipeline;
}

/** Compiles; a failure shows each message with its line of WGSL. */
export async function compileKernel(device: GPUDevice, program: KernelProgram): Promise<GPUComputePipeline> {
  const module = device.createShaderModule({ code: program.wgsl });
  const { messages } = await module.getCompilationInfo();
  const errors = messages.filter(({ type }) => type === 'error');
  if (errors.length > 0) {
    const lines = program.wgsl.split('\n');
    const shown = errors.map(
      ({ lineNum, message }) => `line ${lineNum}: ${message}\n    ${lines[lineNum - 1]?.trim()}`,
    );
    throw new Error(`The WGSL does not compile.\n${shown.join('\n')}\n${numbered(program.wgsl)}`);
  }
  return device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
}

/** Binds buffers in order to group 0. */
export function bindKernel(
  device: GPUDevice,
  pipeline: GPUComputePipeline,
  buffers: readonly GPUBuffer[],
): GPUBindGroup {
  return device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
}

/** Its sizes, filled up to a multiple of 16 bytes, as uniform structures are. */
function sizesOf({ sizes = [] }: KernelProgram): Uint32Array<ArrayBuffer> {
  const padded = new Uint32Array(Math.ceil(sizes.length / 4) * 4);
  padded.set(sizes);
  return padded;
}

function uploaded(
  device: GPUDevice,
  data: KernelInput,
  usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
): GPUBuffer {
  const buffer = device.createBuffer({
    size: Math.max(Math.ceil(data.byteLength / 4) * 4, 4),
    usage,
    mappedAtCreation: true,
  });
  new Uint8Array(buffer.getMappedRange()).set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  buffer.unmap();
  return buffer;
}

function numbered(source: string): string {
  return source
    .split('\n')
    .map((line, index) => `${String(index + 1).padStart(4)} ${line}`)
    .join('\n');
}

/** Seeded random data, uniform in [low, high). The same seed gives the same array. */
export function randomArray(count: number, seed: number, low = -1, high = 1): Float32Array<ArrayBuffer> {
  const array = new Float32Array(count);
  for (let index = 0; index < count; index++) array[index] = low + (high - low) * uniform(seed, index);
  return array;
}
