/** What the page with the TensorFlow Lite runtime offers to the script that drives it. */

export interface DecodedPhoto {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the RGBA bytes, lower-case hexadecimal. */
  readonly sha256: string;
}

/** What is kept of one photo's value of one tensor. */
export interface TensorSample {
  /** Elements at the positions asked for. */
  readonly values: number[];
  /** Mean over all but the last axis, float64. */
  readonly channelMeans: number[];
}

export interface ReferencePage {
  /** Decodes the photos and prepares them as network input (float64 resampling, then rounded to float32). */
  decode(urls: readonly string[]): Promise<DecodedPhoto[]>;
  /**
   * Loads a model and runs it on the first `photoCount` photos.
   *
   * @param positions flat positions of the output to keep; null keeps all, in order
   */
  run(modelUrl: string, photoCount: number, positions: readonly number[] | null): Promise<TensorSample[]>;
  /** Which build of the runtime is in use. */
  runtime(): Promise<{ simd: boolean; multiThreading: boolean }>;
}

declare global {
  interface Window {
    referencePage?: ReferencePage;
  }
}
