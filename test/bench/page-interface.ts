/** What the command and the page that it measures in say to each other. Plain data, since it crosses processes. */

/** The runtimes, in the order in which they take turns. */
export const runtimeNames = ['warpbook', 'tensorflow.js', 'jax-js'] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** What one call computes. */
export interface Answer {
  /** `[B, 1024]`, row-major. */
  readonly features: ArrayLike<number>;
  /** `[B, 1001]`, row-major. */
  readonly probabilities: ArrayLike<number>;
}

/** An answer and how long it took, milliseconds. */
export interface TimedAnswer {
  readonly milliseconds: number;
  readonly answer: { readonly features: readonly number[]; readonly probabilities: readonly number[] };
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
  load(runtime: RuntimeName, batch: number): Promise<void>;
  /** Opens the device, uploads the weights, compiles, runs once and reads the answer back. */
  first(runtime: RuntimeName): Promise<TimedAnswer>;
  /** Runs once more: uploads the input, runs, reads features and probabilities back. Milliseconds. */
  call(runtime: RuntimeName): Promise<number>;
}

declare global {
  interface Window {
    bench?: BenchPage;
  }
}
