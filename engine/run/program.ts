/** A compiled graph on WebGPU: buffers and bind groups made once, then one submit a run. */
import type { HostArray, Program } from '../backend.ts';
import { fromStorage, toStorage } from '../data-type.ts';
import { EngineError, InputError, OutOfMemoryError } from '../errors.ts';
import type { WebGpuDevice } from '../gpu/device.ts';
import type { UploadedParameters } from '../gpu/parameters.ts';
import type { CompiledPipelines } from '../gpu/pipeline-cache.ts';
import { describe } from '../graph/value.ts';
import { dispatchIndex } from '../lab/dispatch-index.ts';
import type { Workgroups } from '../lab/report.ts';
import type { Location } from '../plan/location.ts';
import type { Plan } from '../plan/plan.ts';
import type { Profile, ProfileOptions } from '../profile/profile.ts';
import type { RunWatch } from '../profile/recorded-run.ts';
import { checkArrays, checkRaggedInputs } from './check-inputs.ts';
import { type EncodableDispatch, encodeDispatch } from './encode.ts';
import { packSizes } from './sizes-buffer.ts';

export class WebGpuProgram implements Program {
  readonly plan: Plan;
  readonly gpu: WebGpuDevice;
  readonly #compiled: readonly EncodableDispatch[];
  readonly #dispatches: EncodableDispatch[];
  /** What compiling took, ms. */
  #compileMs = 0;
  readonly #inputs: ReadonlyMap<string, GPUBuffer>;
  readonly #arena: readonly GPUBuffer[];
  /** Of the dispatches whose shaders read their sizes. */
  readonly #sizes: GPUBuffer | undefined;
  readonly #parameters: UploadedParameters;
  readonly #ownParameters: UploadedParameters | undefined;
  #disposed = false;

  private constructor(
    gpu: WebGpuDevice,
    plan: Plan,
    dispatches: readonly EncodableDispatch[],
    inputs: ReadonlyMap<string, GPUBuffer>,
    arena: readonly GPUBuffer[],
    sizes: GPUBuffer | undefined,
    parameters: UploadedParameters,
    ownParameters: UploadedParameters | undefined,
  ) {
    this.gpu = gpu;
    this.plan = plan;
    this.#compiled = dispatches;
    this.#dispatches = [...dispatches];
    this.#inputs = inputs;
    this.#arena = arena;
    this.#sizes = sizes;
    this.#parameters = parameters;
    this.#ownParameters = ownParameters;
  }

  /**
   * Allocates the arena and makes the bind groups.
   *
   * @param ownParameters disposed of with the program
   */
  static async create(
    gpu: WebGpuDevice,
    plan: Plan,
    { pipelines, milliseconds: compileMs }: CompiledPipelines,
    parameters: UploadedParameters,
    ownParameters: UploadedParameters | undefined,
  ): Promise<WebGpuProgram> {
    checkLimits(plan, gpu.device.limits);
    checkParameters(plan, parameters);
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const acquired: GPUBuffer[] = [];
    const acquire = (bytes: number, usage: GPUBufferUsageFlags, label: string) => {
      const buffer = gpu.memory.acquire(bytes, usage, label);
      acquired.push(buffer);
      return buffer;
    };
    try {
      return await gpu.guard(`preparing a program of ${plan.dispatches.length} dispatches`, () => {
        const inputs = new Map<string, GPUBuffer>();
        const buffer = (location: Location): GPUBuffer => {
          if (location.kind === 'arena') return arena[location.buffer]!;
          if (location.kind === 'parameter') return parameters.tensors.get(location.name)!.buffer;
          let held = inputs.get(location.name);
          if (!held) {
            held = acquire(location.bytes, STORAGE | COPY_SRC | COPY_DST, `input ${location.name}`);
            inputs.set(location.name, held);
          }
          return held;
        };
        const arena = plan.arena.map((bytes, index) => acquire(bytes, STORAGE | COPY_SRC, `arena ${index}`));
        for (const output of Object.values(plan.outputs)) buffer(output);
        const { data, ranges } = packSizes(
          plan.dispatches.map(({ program }) => program),
          gpu.device.limits.minUniformBufferOffsetAlignment,
        );
        const sizes =
          data.length > 0 ? acquire(data.byteLength, GPUBufferUsage.UNIFORM | COPY_DST, 'sizes') : undefined;
        if (sizes) gpu.writeBuffer(sizes, data);
        const dispatches = plan.dispatches.map((dispatch, index): EncodableDispatch => {
          const pipeline = pipelines[index]!;
          const { inputs: read, output, problem } = dispatch;
          const operands = (problem.inPlace ? read : [...read, output]).map((location) => ({
            buffer: buffer(location),
            size: location.bytes,
          }));
          const range = ranges[index];
          const resources = range && sizes ? [...operands, { buffer: sizes, ...range }] : operands;
          const bindGroup = gpu.device.createBindGroup({
            label: dispatch.label,
            layout: pipeline.getBindGroupLayout(0),
            entries: resources.map((resource, binding) => ({ binding, resource })),
          });
          return { dispatch, pipeline, bindGroup };
        });
        const made = new WebGpuProgram(
          gpu,
          plan,
          dispatches,
          inputs,
          arena,
          sizes,
          parameters,
          ownParameters,
        );
        made.#compileMs = compileMs;
        return made;
      });
    } catch (error) {
      for (const buffer of acquired) gpu.memory.discard(buffer);
      throw error;
    }
  }

  /** In order of execution; edited kernels in the place of those they replace. */
  get dispatches(): readonly EncodableDispatch[] {
    return this.#dispatches;
  }

  /** Bytes of intermediates and inputs on the GPU, without parameters. */
  get workingBytes(): number {
    return [...this.#arena, ...this.#inputs.values()].reduce((sum, { size }) => sum + size, 0);
  }

  get compileMs(): number {
    return this.#compileMs;
  }

  /** @param watch is told of the stages, and may encode the dispatches itself; for the profiler */
  async run(
    inputs: Readonly<Record<string, HostArray>>,
    watch?: RunWatch,
  ): Promise<Record<string, Float32Array>> {
    this.writeInputs(inputs);
    watch?.stage('encode');
    const { gpu, plan } = this;
    const outputs = Object.entries(plan.outputs);
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    const what = `running ${this.#summary()}`;
    let staging: GPUBuffer[] = [];
    const submitted = gpu.guard(what, () => {
      // Inside the guard, so that an allocation that fails is reported as such.
      staging = outputs.map(([name, { bytes }]) => gpu.memory.acquire(bytes, usage, `staging ${name}`));
      const encoder = gpu.device.createCommandEncoder();
      if (watch?.encode) watch.encode(encoder);
      else {
        const pass = encoder.beginComputePass();
        for (const encodable of this.dispatches) encodeDispatch(pass, encodable);
        pass.end();
      }
      outputs.forEach(([, location], index) => {
        encoder.copyBufferToBuffer(this.#bufferAt(location), 0, staging[index]!, 0, location.bytes);
      });
      const commands = encoder.finish();
      watch?.stage('submit');
      gpu.device.queue.submit([commands]);
      watch?.stage('gpu');
    });
    // Mapping starts before the error scopes answer, so that a run costs one round trip, not two.
    const reads = staging.map((buffer) => gpu.readStaging(buffer, what));
    await Promise.all([submitted, ...reads]);
    const results = await Promise.all(reads);
    return Object.fromEntries(
      outputs.map(([name, { specification }], index) => {
        const elements = fromStorage(specification, results[index]!);
        return [name, elements instanceof Float32Array ? elements : Float32Array.from(elements)];
      }),
    );
  }

  async profile(inputs: Readonly<Record<string, HostArray>>, options?: ProfileOptions): Promise<Profile> {
    const [{ profileProgram }, { preserving }] = await Promise.all([
      import('../profile/gpu-profiler.ts'),
      import('../profile/preserve-updates.ts'),
    ]);
    const changed = this.plan.updates.map((name) => this.#parameters.tensors.get(name)!.buffer);
    return preserving(this.gpu, changed, () => profileProgram(this, inputs, options));
  }

  /**
   * Puts an edited kernel in the place of a dispatch, for the runs and profiles that follow; its variant is then `edited`. It must
   * compile, fit the bindings and end on random inputs; whether it is right is the kernel lab's to say.
   *
   * @param label as in the plan
   * @param workgroups default: what its comment `// workgroups: x, y, z` says, else as before
   * @throws InputError, GpuValidationError, DeviceLostError
   */
  async replaceKernel(
    label: string,
    wgsl: string,
    options: { readonly workgroups?: Workgroups } = {},
  ): Promise<void> {
    this.requireUsable();
    const { editedDispatch } = await import('../lab/replace.ts');
    const replaced = await editedDispatch(this, label, wgsl, options, (location) => this.#bufferAt(location));
    this.#dispatches[dispatchIndex(this.dispatches, label)] = replaced;
  }

  /** Undoes `replaceKernel`. @throws InputError */
  restoreKernel(label: string): void {
    const index = dispatchIndex(this.dispatches, label);
    this.#dispatches[index] = this.#compiled[index]!;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const buffer of [...this.#arena, ...this.#inputs.values()]) this.gpu.memory.release(buffer);
    if (this.#sizes) this.gpu.memory.release(this.#sizes);
    this.#ownParameters?.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Throws `EngineError` after the program or one of its parameters was disposed, `DeviceLostError` without a GPU. */
  requireUsable(): void {
    if (this.#disposed) throw new EngineError('This program was disposed; compile the graph again.');
    for (const [name, tensor] of this.#parameters.tensors) {
      if (tensor.disposed)
        throw new EngineError(`Parameter '${name}' of this program was disposed; upload it again.`);
    }
    this.gpu.requireDevice();
  }

  /** Checks inputs and queues their copies to the GPU. */
  private writeInputs(inputs: Readonly<Record<string, HostArray>>): void {
    this.requireUsable();
    checkArrays('input', this.plan.inputs, inputs);
    checkRaggedInputs(this.plan.dispatches, inputs);
    for (const [name, buffer] of this.#inputs) {
      this.gpu.writeBuffer(buffer, toStorage(this.plan.inputs.get(name)!.dataType, inputs[name]!));
    }
  }

  #bufferAt(location: Location): GPUBuffer {
    if (location.kind === 'arena') return this.#arena[location.buffer]!;
    return location.kind === 'input'
      ? this.#inputs.get(location.name)!
      : this.#parameters.tensors.get(location.name)!.buffer;
  }

  #summary(): string {
    const last = this.dispatches.at(-1)?.dispatch;
    return `${this.dispatches.length} dispatches${last ? `, the last ${last.operation} '${last.label}' ${describe(last.problem.output)}` : ''}`;
  }
}

function checkLimits(plan: Plan, limits: GPUSupportedLimits): void {
  const most = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
  for (const { label, operation, inputs, output, problem } of plan.dispatches) {
    const largest = Math.max(...inputs.map(({ bytes }) => bytes), output.bytes);
    if (largest > most) {
      throw new OutOfMemoryError(
        `${operation} '${label}', ${describe(problem.output)}, needs a buffer of ${largest} bytes, but this GPU binds at most ${most}; use a smaller batch.`,
      );
    }
  }
}

function checkParameters(plan: Plan, parameters: UploadedParameters): void {
  for (const [name, declared] of plan.parameters) {
    const tensor = parameters.tensors.get(name);
    if (!tensor) throw new InputError(`The parameter '${name}', ${describe(declared)}, was not uploaded.`);
    if (describe(tensor) !== describe(declared)) {
      throw new InputError(
        `The parameter '${name}' is ${describe(declared)}, but ${describe(tensor)} was uploaded.`,
      );
    }
  }
}
