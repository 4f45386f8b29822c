/** A kernel's bindings in memory of their own, on which versions of it run and are timed. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import type { HostArray } from '../backend.ts';
import { fromStorage, storageBytes } from '../data-type.ts';
import type { WebGpuDevice } from '../gpu/device.ts';
import { type CompilerMessage, compilerMessages, describeErrors } from '../gpu/pipeline-cache.ts';
import type { EncodableDispatch } from '../run/encode.ts';
import { packSizes } from '../run/sizes-buffer.ts';
import { bindingLine, findMisfit, workgroupSizeOf } from './bindings.ts';
import { flaggedLine, guardLoops } from './loop-guard.ts';
import type { Workgroups } from './report.ts';

/** A version that compiled and fits. */
export interface Version {
  readonly wgsl: string;
  readonly workgroups: Workgroups;
  readonly workgroupSize: Workgroups;
  readonly messages: readonly CompilerMessage[];
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  /** The same with loops that end; null where it has none. */
  readonly guarded: GPUComputePipeline | null;
}

/** A version that did not. */
export interface Invalid {
  readonly messages: readonly CompilerMessage[];
  readonly text: string;
}

/** What one run wrote. */
export interface Written {
  readonly values: HostArray;
  /** Whether each element still holds what was there before. */
  readonly isUnwritten: (index: number) => boolean;
  /** Whether anything before or behind the output changed. */
  readonly outside: boolean;
}

/** A NaN as float32, and each half as float16, that no kernel computes. */
const poison = 0x7fff7e57;
const halfPoisons = [poison & 0xffff, poison >>> 16];
/** Watched bytes before the output (at least the alignment of bindings) and behind it. */
const band = 256;

/** The layout of a kernel's bindings, sizes included: an input cannot be written to, and nothing larger can be declared. */
export function bindingsLayout(device: GPUDevice, { inputs, output }: KernelProblem): GPUBindGroupLayout {
  return device.createBindGroupLayout({
    entries: [...inputs, output].map((operand, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: {
        type: binding === inputs.length ? 'storage' : 'read-only-storage',
        minBindingSize: storageBytes(operand),
      },
    })),
  });
}

export class TestBed {
  readonly #gpu: WebGpuDevice;
  readonly #problem: KernelProblem;
  readonly #layout: GPUBindGroupLayout;
  readonly #guardLayout: GPUBindGroupLayout;
  readonly #inputs: GPUBuffer[] = [];
  #output!: GPUBuffer;
  #flag!: GPUBuffer;
  #limit!: GPUBuffer;
  #sizes: GPUBuffer | undefined;
  #group!: GPUBindGroup;
  #guard!: GPUBindGroup;
  /** The output with its bands, poisoned. */
  readonly #poison: Uint32Array<ArrayBuffer>;

  private constructor(gpu: WebGpuDevice, problem: KernelProblem) {
    this.#gpu = gpu;
    this.#problem = problem;
    const { device } = gpu;
    const visibility = GPUShaderStage.COMPUTE;
    this.#layout = bindingsLayout(device, problem);
    this.#guardLayout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility, buffer: { type: 'storage' } },
        { binding: 1, visibility, buffer: { type: 'uniform' } },
      ],
    });
    this.#poison = new Uint32Array((storageBytes(problem.output) + 2 * band) / 4).fill(poison);
  }

  /** @throws OutOfMemoryError, DeviceLostError */
  static async create(gpu: WebGpuDevice, problem: KernelProblem, label: string): Promise<TestBed> {
    const bed = new TestBed(gpu, problem);
    try {
      await gpu.guard(`the kernel lab of '${label}'`, () => bed.#allocate());
    } catch (error) {
      bed.dispose();
      throw error;
    }
    return bed;
  }

  #allocate(): void {
    const { STORAGE, UNIFORM, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const { device } = this.#gpu;
    const buffer = (size: number, usage: number): GPUBuffer =>
      device.createBuffer({ size, usage, label: 'lab' });
    for (const input of this.#problem.inputs)
      this.#inputs.push(buffer(storageBytes(input), STORAGE | COPY_DST));
    this.#output = buffer(this.#poison.byteLength, STORAGE | COPY_SRC | COPY_DST);
    this.#flag = buffer(4, STORAGE | COPY_SRC | COPY_DST);
    this.#limit = buffer(4, UNIFORM | COPY_DST);
    this.#group = this.#bind(this.#layout);
    this.#guard = device.createBindGroup({
      layout: this.#guardLayout,
      entries: [
        { binding: 0, resource: { buffer: this.#flag } },
        { binding: 1, resource: { buffer: this.#limit } },
      ],
    });
  }

  #bind(layout: GPUBindGroupLayout, ...further: GPUBuffer[]): GPUBindGroup {
    const output = { buffer: this.#output, offset: band, size: this.#output.size - 2 * band };
    const whole = (buffer: GPUBuffer) => ({ buffer });
    const resources = [...this.#inputs.map(whole), output, ...further.map(whole)];
    return this.#gpu.device.createBindGroup({
      layout,
      entries: resources.map((resource, binding) => ({ binding, resource })),
    });
  }

  /** The version that a program runs, as it was compiled there. @throws DeviceLostError */
  async adopt({ dispatch: { program }, pipeline }: EncodableDispatch): Promise<Version> {
    const { wgsl, workgroups, workgroupSize, sizes } = program;
    const group = await this.#gpu.guard('binding a kernel in the lab', () => {
      const layout = pipeline.getBindGroupLayout(0);
      if (!sizes) return this.#bind(layout);
      const { UNIFORM, COPY_DST } = GPUBufferUsage;
      const { data, ranges } = packSizes([program], 4);
      this.#sizes = this.#gpu.device.createBuffer({ size: ranges[0]!.size, usage: UNIFORM | COPY_DST });
      this.#gpu.writeBuffer(this.#sizes, data);
      return this.#bind(layout, this.#sizes);
    });
    return { wgsl, workgroups, workgroupSize, messages: [], pipeline, group, guarded: null };
  }

  /** Compiles a version and its guarded twin. @throws DeviceLostError */
  async compile(wgsl: string, workgroups: Workgroups): Promise<Version | Invalid> {
    const most = this.#gpu.device.limits.maxComputeWorkgroupsPerDimension;
    if (workgroups.some((count) => !Number.isInteger(count) || count < 0 || count > most)) {
      const text = `Workgroups are whole numbers up to ${most}, not ${workgroups.join(', ')}.`;
      return { messages: [], text };
    }
    const raw = await this.#compile(wgsl, [this.#layout]);
    if (!raw.pipeline) return raw;
    const { pipeline, messages } = raw;
    const guardedText = guardLoops(wgsl);
    const guarded = guardedText ? await this.#compile(guardedText, [this.#layout, this.#guardLayout]) : null;
    if (guarded && !guarded.pipeline) {
      return { messages, text: `Its loops cannot be guarded against running forever (${guarded.text}).` };
    }
    const workgroupSize = workgroupSizeOf(wgsl);
    return {
      wgsl,
      workgroups,
      workgroupSize,
      messages,
      pipeline,
      group: this.#group,
      guarded: guarded?.pipeline ?? null,
    };
  }

  async #compile(
    code: string,
    bindGroupLayouts: GPUBindGroupLayout[],
  ): Promise<
    (Invalid & { pipeline?: never }) | { messages: CompilerMessage[]; pipeline: GPUComputePipeline }
  > {
    this.#gpu.requireDevice();
    const { device } = this.#gpu;
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ code, label: 'lab' });
    const scope = device.popErrorScope().catch(() => null);
    const messages = await compilerMessages(module);
    await scope;
    const invalid = (line: number, message: string): Invalid => {
      messages.push({ severity: 'error', line, column: Math.min(line, 1), length: 0, message });
      return { messages, text: line > 0 ? `line ${line}: ${message}` : message };
    };
    const errors = describeErrors(messages);
    if (errors) return { messages, text: errors };
    // A guarded shader has bindings of its own.
    const misfit = bindGroupLayouts.length === 1 && findMisfit(code, this.#inputs.length);
    if (misfit) return invalid(misfit.line, misfit.message);
    try {
      const layout = device.createPipelineLayout({ bindGroupLayouts });
      const compute = { module, entryPoint: 'main' };
      return { messages, pipeline: await device.createComputePipelineAsync({ layout, compute }) };
    } catch (error) {
      const lost = await this.#gpu.lostSoon();
      if (lost) throw lost;
      const { message } = error as Error;
      const [, binding] = /binding\W{1,2}(\d+)/.exec(message) ?? [];
      const at = binding ? bindingLine(code, Number(binding)) : 0;
      return invalid(at, `${binding ? `Binding ${binding}: ` : ''}${message.split('\n')[0]}`);
    }
  }

  /** Puts data into the inputs. */
  load(operands: readonly HostArray[]): void {
    operands.forEach((data, index) => {
      this.#gpu.writeBuffer(this.#inputs[index]!, data);
    });
  }

  /** Puts one execution into a pass. */
  encode(
    pass: GPUComputePassEncoder,
    { pipeline, group, workgroups }: Pick<Version, 'pipeline' | 'group' | 'workgroups'>,
  ): void {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(...workgroups);
  }

  /**
   * Line of a loop that turns more often than the limit on the inputs at hand, 0 where none does. One workgroup is tried
   * before all are.
   */
  async endlessLine(guarded: GPUComputePipeline, workgroups: Workgroups, limit: number): Promise<number> {
    const { queue } = this.#gpu.device;
    queue.writeBuffer(this.#limit, 0, new Uint32Array([limit]));
    for (const some of [[1, 1, 1] as const, workgroups]) {
      queue.writeBuffer(this.#flag, 0, new Uint32Array(1));
      const flag = await this.#submit(this.#flag, (pass) => {
        pass.setBindGroup(1, this.#guard);
        this.encode(pass, { pipeline: guarded, group: this.#group, workgroups: some });
      });
      const line = flaggedLine(new Uint32Array(flag)[0]!);
      if (line > 0) return line;
    }
    return 0;
  }

  /** Runs once on a poisoned output. */
  async run(version: Version): Promise<Written> {
    this.#gpu.device.queue.writeBuffer(this.#output, 0, this.#poison);
    const bytes = await this.#submit(this.#output, (pass) => this.encode(pass, version));
    const { output } = this.#problem;
    const words = new Uint32Array(bytes);
    const halves = new Uint16Array(bytes, band);
    const elements = bytes.slice(band, bytes.byteLength - band);
    const edge = band / 4;
    return {
      values: fromStorage(output, elements),
      isUnwritten: (index) =>
        output.dataType === 'float16'
          ? halves[index] === halfPoisons[index % 2]
          : words[edge + index] === poison,
      outside: [...words.subarray(0, edge), ...words.subarray(-edge)].some((word) => word !== poison),
    };
  }

  /** One pass, then the content of a buffer. */
  async #submit(source: GPUBuffer, work: (pass: GPUComputePassEncoder) => void): Promise<ArrayBuffer> {
    const what = 'running a kernel in the lab';
    const { device, memory } = this.#gpu;
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    const staging = await this.#gpu.guard(what, () => {
      const staging = memory.acquire(source.size, MAP_READ | COPY_DST, 'staging');
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      work(pass);
      pass.end();
      encoder.copyBufferToBuffer(source, 0, staging, 0, source.size);
      device.queue.submit([encoder.finish()]);
      return staging;
    });
    return this.#gpu.readStaging(staging, what);
  }

  dispose(): void {
    for (const buffer of [...this.#inputs, this.#output, this.#flag, this.#limit, this.#sizes]) {
      buffer?.destroy();
    }
  }
}
