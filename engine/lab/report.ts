/** The kernel lab's data: what it opens, and what it says about an edited kernel. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import type { CompilerMessage } from '../gpu/pipeline-cache.ts';
import type { Tolerance } from '../reference/compare.ts';

export type { CompilerMessage };

/** Workgroups to dispatch, `[x, y, z]`. */
export type Workgroups = readonly [number, number, number];

/** What came of a test. `text` is the one sentence for people. */
export type KernelReport = { readonly messages: readonly CompilerMessage[]; readonly text: string } & (
  | {
      /** It does not compile, or does not fit the bindings: nothing ran. */
      readonly status: 'invalid';
    }
  | {
      /** A loop did not end within its budget of turns; the kernel itself was never submitted. */
      readonly status: 'endless';
      /** Line of the loop. */
      readonly line: number;
    }
  | {
      readonly status: 'wrong';
      /** Coordinates of the first wrong element. */
      readonly at: readonly number[];
      /** NaN where the element was not written. */
      readonly actual: number;
      readonly expected: number;
      readonly wrongElements: number;
      readonly elements: number;
    }
  | {
      readonly status: 'right';
      /** Relative L2 error against the float64 reference, the larger one of both inputs. */
      readonly relativeError: number;
      /** Median GPU time of one execution, ms. */
      readonly currentMs: number;
      /** The same divided by the speed-up, ms. */
      readonly candidateMs: number;
      /** Median of current / candidate over the rounds, and its 95 % interval. */
      readonly speedup: number;
      readonly interval: readonly [number, number];
      readonly rounds: number;
    }
);

export interface KernelTestOptions {
  /** Default: what a comment `// workgroups: 12, 4, 1` in the WGSL says, else those of the current version. */
  readonly workgroups?: Workgroups;
  /** Of the random inputs; default 1. */
  readonly seed?: number;
  /** How often both versions are timed, in turn; default 16, fewer where they are slow; an even number from 6. */
  readonly rounds?: number;
  /** The longest that the GPU may take for one step of the test, ms; default 30,000. Beyond it the device is given up. */
  readonly budgetMs?: number;
  /** Turns that the loops of one invocation may take together; default: many times what the current version needs. */
  readonly turns?: number;
  /** Default: that of float32 arithmetic, 1e-5; for float16 outputs 1e-2. */
  readonly tolerance?: Tolerance;
  /** Told when a stage begins. */
  readonly onStage?: (stage: 'compiling' | 'checking' | 'timing') => void;
}

/** A kernel at one real shape, on a device, beside its float64 reference. */
export interface KernelLab {
  readonly label: string;
  /** The current version, preprocessed; sizes that it reads from a binding stand here as constants. */
  readonly wgsl: string;
  /** What the current version dispatches. */
  readonly workgroups: Workgroups;
  readonly kernel: string;
  readonly variant: string;
  readonly problem: KernelProblem;
  /**
   * Compiles, checks on fresh random inputs with a poisoned output, and times against the current version, in turn.
   * A bad kernel never throws, it is reported.
   *
   * @throws DeviceLostError also where the GPU did not answer in time: the device is then closed; open a new one.
   */
  test(wgsl: string, options?: KernelTestOptions): Promise<KernelReport>;
  /** Frees its buffers. The program it was opened on stays as it is. */
  dispose(): void;
}
