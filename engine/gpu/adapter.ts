/**
 * Finding a GPU and asking it for all it offers.
 *
 * Features are negotiated, never required: `timestamp-query` for profiles, `subgroups` and `shader-f16` for kernel
 * variants. Limits are raised to what the adapter has.
 */
import type { KernelTarget } from '../../kernels/kernel.ts';
import { NoAdapterError } from '../errors.ts';

/** Which adapter to ask for. */
export interface AdapterOptions {
  /** Where WebGPU is; default `navigator.gpu`. In Node, `create([])` of the package `webgpu`. */
  readonly gpu?: GPU;
  readonly powerPreference?: GPUPowerPreference;
}

/** What is known about an adapter, as plain data. */
export interface AdapterSummary {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** True where shaders run on the CPU (SwiftShader, llvmpipe, WARP). */
  readonly software: boolean;
  /** Features that the device was opened with. */
  readonly features: readonly string[];
}

const wantedFeatures: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
] as const;

const adviceWithoutAdapter =
  'use a recent Chrome or Edge (113 or newer), Safari (26 or newer) or Firefox (141 or newer) with hardware acceleration on';

/**
 * Opens a WebGPU device with every wanted feature and limit that the adapter has.
 *
 * @throws NoAdapterError where there is no WebGPU, no adapter, or the adapter refuses.
 */
export async function requestDevice(
  options: AdapterOptions = {},
): Promise<{ device: GPUDevice; summary: AdapterSummary; target: KernelTarget }> {
  const gpu = options.gpu ?? (typeof navigator === 'undefined' ? undefined : navigator.gpu);
  if (!gpu) {
    throw new NoAdapterError(`This environment has no WebGPU; ${adviceWithoutAdapter}.`);
  }
  const adapter = await gpu.requestAdapter({
    powerPreference: options.powerPreference ?? 'high-performance',
  });
  if (!adapter) {
    throw new NoAdapterError(`WebGPU is here but found no GPU adapter; ${adviceWithoutAdapter}.`);
  }
  const requiredFeatures = wantedFeatures.filter((feature) => adapter.features.has(feature));
  const requiredLimits = Object.fromEntries(wantedLimits.map((limit) => [limit, adapter.limits[limit]]));
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({ label: 'warpbook', requiredFeatures, requiredLimits });
  } catch (error) {
    throw new NoAdapterError(
      `The GPU adapter refused to open a device (${(error as Error).message}); reload, or restart the browser.`,
      { cause: error },
    );
  }
  const { vendor, architecture, device: model, description } = adapter.info;
  const fallback = 'isFallbackAdapter' in adapter.info && adapter.info.isFallbackAdapter === true;
  const software =
    fallback ||
    /swiftshader|llvmpipe|lavapipe|warp|basic render/i.test(`${architecture} ${model} ${description}`);
  return {
    device,
    summary: { vendor, architecture, device: model, description, software, features: requiredFeatures },
    target: {
      features: new Set<string>(requiredFeatures),
      maxComputeInvocationsPerWorkgroup: device.limits.maxComputeInvocationsPerWorkgroup,
      maxComputeWorkgroupStorageSize: device.limits.maxComputeWorkgroupStorageSize,
      software,
    },
  };
}

/** One line for people, for example `SwiftShader Device (Subzero) (software), via WebGPU`. */
export function describeAdapter(summary: AdapterSummary): string {
  const name =
    summary.description || [summary.vendor, summary.architecture, summary.device].filter(Boolean).join(' ');
  return `${name || 'unnamed GPU'}${summary.software ? ' (software)' : ''}, via WebGPU`;
}
