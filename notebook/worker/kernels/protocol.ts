/** What the page and the worker say to each other about kernels. Plain data. */

/** A message of the shader compiler. */
export interface CompilerMessage {
  readonly severity: 'error' | 'warning' | 'info';
  /** 1-based; 0 where the compiler names no place. */
  readonly line: number;
  /** 1-based, UTF-16 code units; 0 where the compiler names no place. */
  readonly column: number;
  /** UTF-16 code units. */
  readonly length: number;
  readonly message: string;
}

interface Verdict<Status extends string> {
  readonly status: Status;
  readonly messages: readonly CompilerMessage[];
  /** The verdict in one sentence. */
  readonly text: string;
}

/** What the kernel lab found out about an edited kernel. */
export type KernelReport =
  | Verdict<'invalid'>
  | (Verdict<'endless'> & { readonly line: number })
  | (Verdict<'wrong'> & {
      readonly at: readonly number[];
      readonly actual: number;
      readonly expected: number;
      readonly wrongElements: number;
      readonly elements: number;
    })
  | (Verdict<'right'> & {
      readonly relativeError: number;
      readonly currentMs: number;
      readonly candidateMs: number;
      /** current / candidate, and its 95 % interval. */
      readonly speedup: number;
      readonly interval: readonly [number, number];
      readonly rounds: number;
    });

/** One kernel of a program: a dispatch. */
export interface KernelEntry {
  readonly label: string;
  readonly kernel: string;
  readonly variant: string;
  /** Of the output. */
  readonly shape: readonly number[];
  /** Whether an edited kernel runs in its place. */
  readonly swapped: boolean;
}

/** A variable of the session that holds a compiled program. */
export interface ProgramKernels {
  readonly program: string;
  readonly kernels: readonly KernelEntry[];
}

/** Which kernel: the variable that holds the program, and the label of the dispatch. */
export interface KernelName {
  readonly program: string;
  readonly kernel: string;
}

/** Data of `mimeTypes.kernelReport`. */
export interface KernelReportData {
  readonly report: KernelReport;
  /** What was tested, where a cell did it. */
  readonly subject?: {
    /** Variable and label, or the name of a lab. */
    readonly title: string;
    /** Kernel, variant and shape. */
    readonly details: string;
    /** Whether lines of messages are lines of the cell that shows this. */
    readonly inCell: boolean;
    /** Whether it was put into the program. */
    readonly swapped: boolean;
    /** The verdict that the cell expected, where it was another. */
    readonly expected?: KernelReport['status'];
  };
}

/** Data of `mimeTypes.kernels`. */
export interface KernelListData {
  /** The variable that holds the program; null where none does. */
  readonly program: string | null;
  readonly kernels: readonly KernelEntry[];
}

/** The GPU device went away and what that means for the session's variables. */
export interface DeviceLoss {
  /** Full sentences. */
  readonly message: string;
  /** Variables that held something on the device, with the cell that made each. */
  readonly variables: readonly { readonly name: string; readonly cellId: string | undefined }[];
}
