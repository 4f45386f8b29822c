/**
 * What the page and the worker say to each other. The worker hosts the engine and runs the cells' code; the page
 * shows documents. They speak through Comlink: `Session` is what the worker exposes.
 */
import type { CellLanguage } from '../document/cell-language.ts';
import type { JsonObject, MimeBundle } from '../document/nbformat.ts';
import type { DeviceLoss, KernelName, ProgramKernels } from './kernels/protocol.ts';

/** MIME types of outputs that only Warpbook draws; each bundle carries a standard fallback beside it. */
export const mimeTypes = {
  /** `ProgressData`: a progress bar; replaced in place through its display id. */
  progress: 'application/vnd.warpbook.progress+json',
  /** `GalleryData`: a strip of captioned pictures. Fallback: `text/html`. */
  gallery: 'application/vnd.warpbook.gallery+json',
  /** `InputData`: a control whose value the cell reads when it runs. Fallback: `text/plain`. */
  input: 'application/vnd.warpbook.input+json',
  /** `KernelReportData`: what the kernel lab found. Fallback: `text/html`. */
  kernelReport: 'application/vnd.warpbook.kernel-report+json',
  /** `KernelListData`: the kernels of a program, each to be edited. Fallback: `text/html`. */
  kernels: 'application/vnd.warpbook.kernels+json',
  /** `ProfileData`: where the time and memory of a run went. Fallback: `text/html`. */
  profile: 'application/vnd.warpbook.profile+json',
  /** `TrainingData`: the course of a training, replaced in place while it runs. Fallback: a Vega-Lite chart. */
  training: 'application/vnd.warpbook.training+json',
  /** Tabular data (Frictionless tabular data resource, as in JupyterLab and nteract). Fallback: `text/html`. */
  table: 'application/vnd.dataresource+json',
  chart: 'application/vnd.vegalite.v5+json',
  json: 'application/json',
  markdown: 'text/markdown',
  html: 'text/html',
  /** Drawn charts, for programs that draw no Vega-Lite. */
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  plain: 'text/plain',
} as const;

export interface ProgressData {
  label: string;
  /** Steps done, 0 … total. */
  value: number;
  total: number;
  /** Milliseconds since the bar was made. */
  elapsedMs: number;
}

export interface GalleryData {
  images: { mimeType: 'image/png' | 'image/jpeg' /** Base64. */; data: string; caption: string }[];
}

/**
 * A control drawn in a cell's output. When the person changes it the page stores the new value for (cell, label),
 * runs the cell again and then every code cell below it. Without a screen, `value` is the default.
 */
export type InputData =
  | { kind: 'select'; label: string; options: { value: string; label: string }[]; value: string }
  | {
      kind: 'files';
      label: string;
      accept: string;
      multiple: boolean /** Names of the files at hand. */;
      value: string[];
    };

/** What a person entered: a string for `select`, files for `files` (kept in memory, never in the document). */
export type InputValue = string | File[];

/** The engine's answer to "what are you running on?". */
export interface EngineStatus {
  backend: 'webgpu' | 'reference';
  /** One line for people, for example `SwiftShader (software), via WebGPU` or `CPU reference (slow)`. */
  description: string;
  /** Adapter summary, features and limits; empty for the reference. */
  details: JsonObject;
}

/** Something a running cell produced. Sent in order. */
export type CellEvent =
  | { type: 'stream'; name: 'stdout' | 'stderr'; text: string }
  /** What the cell is at, in a word; shown while it runs and never saved. */
  | { type: 'stage'; text: string }
  | { type: 'display'; data: MimeBundle; metadata: JsonObject; displayId?: string }
  /** Replaces the data of the display with this id, wherever it is. */
  | { type: 'update'; displayId: string; data: MimeBundle; metadata: JsonObject }
  | { type: 'result'; data: MimeBundle; metadata: JsonObject }
  | {
      type: 'error';
      name: string;
      message: string;
      traceback: string[] /** 1-based line in this cell, if known. */;
      line?: number;
    };

export interface ExecuteRequest {
  cellId: string;
  source: string;
  /** What the source is written in; default `typescript`. */
  language?: CellLanguage;
  /** 1-based position of the cell among the document's code cells at the time of the run, for tracebacks. */
  cellNumber: number;
  /** Values of the controls that this cell drew before, by label. */
  inputs: Record<string, InputValue>;
}

export interface ExecuteReply {
  status: 'ok' | 'error' | 'interrupted';
  executionCount: number;
  /** Milliseconds. */
  durationMs: number;
  /** Kernels of the session's programs in whose place an edited one runs. */
  swapped: KernelName[];
}

/** The worker's face. One cell runs at a time; `execute` queues. Terminating the worker is the hard stop. */
export interface Session {
  /**
   * Opens the engine. With backend `webgpu` and no adapter, rejects with one clear sentence; the page then offers
   * `reference`.
   */
  start(options: { backend: 'webgpu' | 'reference' }): Promise<EngineStatus>;
  execute(request: ExecuteRequest, onEvent: (event: CellEvent) => void): Promise<ExecuteReply>;
  /** Asks the running cell to stop at its next engine call, `display` or `progress`. */
  interrupt(): Promise<void>;
  /** Resolves when the device of the engine that was opened last is gone without anybody having asked for it. */
  lost(): Promise<DeviceLoss>;
  /** The variables that hold compiled programs, with their kernels. */
  kernels(): Promise<ProgramKernels[]>;
  /** The preprocessed WGSL with which a kernel was compiled. Rejects where there is no such program or kernel. */
  originalKernel(name: KernelName): Promise<string>;
  /** Puts the kernel of a WGSL cell's source into its program, once what runs is done. Resolves to all that are swapped. */
  swapKernel(source: string): Promise<KernelName[]>;
  /** Undoes `swapKernel`. */
  restoreKernel(name: KernelName): Promise<KernelName[]>;
}
