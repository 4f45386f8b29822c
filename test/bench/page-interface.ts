/** What the command and the page (or Node process) that it measures in say to each other. Plain data: it crosses processes. */
import type { Task } from './tasks.ts';

/** The runtimes, in the order in which they take turns. */
export const runtimeNames = ['warpbook', 'tensorflow.js', 'onnxruntime-web', 'jax-js'] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** The task's outputs in order, row-major. */
export type Answer = readonly Float32Array[];

/** An answer, each output as base64 of its little-endian float32 bytes, and how long it took. */
export interface TimedAnswer {
  /** From opening the device to the answer, code and weights being in host memory, ms. */
  readonly milliseconds: number;
  /** From the start of the navigation to the answer, ms; null where the page was open before. */
  readonly sinceNavigation: number | null;
  readonly outputs: readonly string[];
}

/** GPU memory as counted at WebGPU's own calls, bytes. What was never destroyed lives until the garbage collector finds it. */
export interface GpuMemory {
  readonly liveBytes: number;
  readonly peakBytes: number;
  /** Buffers and textures. */
  readonly liveObjects: number;
}

/** Memory of the page itself, bytes. */
export interface PageMemory {
  readonly gpu: GpuMemory;
  /** What JavaScript and WebAssembly hold, as `performance.measureUserAgentSpecificMemory` says; null where there is none. */
  readonly pageBytes: number | null;
  /** Sizes of the WebAssembly memories. */
  readonly wasmBytes: number;
}

export interface AdapterDescription {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
}

/** What the page offers as `window.bench`. */
export interface BenchPage {
  /**
   * Asks for the adapter that every runtime asks for, the one for high performance, and opens and closes a device on it,
   * so that what a browser does once is done before anything is timed. Null where there is none.
   */
  adapter(): Promise<AdapterDescription | null>;
  /** Loads a runtime's code, its weights and the input into memory. Touches no GPU. */
  load(runtime: RuntimeName, task: Task): Promise<void>;
  /** Opens the device, uploads the weights, compiles, runs once and reads the answer (of a step of training: its loss) back. */
  first(runtime: RuntimeName): Promise<TimedAnswer>;
  /** Runs once more: uploads the input, runs, reads the outputs back. Milliseconds. */
  call(runtime: RuntimeName): Promise<number>;
  /**
   * For a task that trains: the losses of the checked steps, from the initial weights without dropout, as base64. A task
   * without dropout goes on from the steps that were run already; else the runtime is loaded anew.
   */
  losses(runtime: RuntimeName, task: Task): Promise<string>;
  memory(): Promise<PageMemory>;
  /** Where the page's address names a runtime and a task: load and first, begun when the page opened. */
  readonly opened: Promise<TimedAnswer> | null;
}

/** Bytes of base64 as float32. */
export function decodeOutput(base64: string): Float32Array {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** Float32 numbers as base64 of their bytes. */
export function encodeOutput(numbers: Float32Array): string {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  let text = '';
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}

declare global {
  interface Window {
    bench?: BenchPage;
  }
}
