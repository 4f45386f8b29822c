/** The WebGPU backend: a device, and the tensors, parameters and programs on it. */
import type { Backend, Checkpoint, DeviceParameters, HostArray, HostParameters } from '../backend.ts';
import { hostArrayFits, storageBytes, toStorage } from '../data-type.ts';
import { InputError, ShapeError } from '../errors.ts';
import { describe, elementCount, type Graph, leaves, type TensorSpecification } from '../graph/value.ts';
import { planGraph, type VariantChoice } from '../plan/plan.ts';
import { checkArrays } from '../run/check-inputs.ts';
import { WebGpuProgram } from '../run/program.ts';
import { Tensor } from '../tensor.ts';
import { Tuning, type TuningStore } from '../tune/tuning.ts';
import { type AdapterOptions, requestDevice } from './adapter.ts';
import { WebGpuDevice } from './device.ts';
import { UploadedParameters } from './parameters.ts';
import { compilePipelines } from './pipeline-cache.ts';

/** How to open the GPU. */
export interface WebGpuOptions extends AdapterOptions {
  readonly checkpoint?: Checkpoint;
  /** Where the variants that `tune` found fastest are kept; `'off'`, and nothing, mean the kernels' own defaults. */
  readonly tuning?: TuningStore | 'off';
}

/**
 * Opens the GPU.
 *
 * @throws NoAdapterError where there is none.
 */
export async function openWebGpu(options: WebGpuOptions = {}): Promise<WebGpuBackend> {
  const { device, summary, target } = await requestDevice(options);
  const backend = new WebGpuBackend(device, summary, target, options.checkpoint);
  const { tuning = 'off' } = options;
  if (tuning !== 'off') backend.tuning = await Tuning.open(summary, tuning);
  return backend;
}

/** Made by `openWebGpu`. */
export class WebGpuBackend extends WebGpuDevice implements Backend {
  readonly kind = 'webgpu';
  /** Measured variants, with which graphs are compiled; undefined where tuning is off. */
  tuning: Tuning | undefined;

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

  /** As in `Backend`; `choose` overrides the kernel variants, those of `tuning` too. */
  async compile(
    graph: Graph,
    parameters: HostParameters | DeviceParameters | Promise<HostParameters | DeviceParameters> = {},
    { choose }: { choose?: VariantChoice } = {},
  ): Promise<WebGpuProgram> {
    this.requireDevice();
    const plan = planGraph(graph, this.target, choose ?? this.tuning?.choose);
    const pipelines = compilePipelines(this.pipelines, plan);
    pipelines.catch(() => {}); // Heard below, after the parameters.
    const owned: UploadedParameters[] = [];
    try {
      const loaded = await parameters;
      const given = loaded instanceof UploadedParameters ? loaded : undefined;
      if (!given) {
        await this.guard(`the ${plan.parameters.size} parameters of a program`, () => {
          owned.push(this.upload(graph, loaded as HostParameters));
        });
      }
      const [own] = owned;
      return await WebGpuProgram.create(this, plan, await pipelines, given ?? own!, own);
    } catch (error) {
      // Not back to the pool: one of them may be what could not be allocated.
      for (const { tensors } of owned) {
        for (const { buffer } of tensors.values()) this.memory.discard(buffer);
      }
      // A device that goes away fails compilations with errors that speak of the shader.
      throw error instanceof InputError ? error : ((await this.lostSoon()) ?? error);
    }
  }
}
