/**
 * What a compute kernel is.
 *
 * A kernel module carries, side by side: the formula and its source, the WGSL, its variants with the features and
 * limits each needs, the dispatch size, and the cost from which a roofline is drawn. It knows shapes and nothing of
 * devices: `build` is a pure function from a problem to text and numbers.
 */

/**
 * How elements are stored in GPU memory. All arithmetic is float32.
 *
 * | data type | bytes an element | WGSL storage                        | host array     |
 * | --------- | ---------------- | ----------------------------------- | -------------- |
 * | float32   | 4                | `f32`, `vec4<f32>`                  | `Float32Array` |
 * | float16   | 2                | `f16`, `vec4<f16>` (`shader-f16`)   | `Uint16Array` (bits) or `Float32Array` (converted) |
 * | uint32    | 4                | `u32`                               | `Uint32Array`  |
 * | uint8     | 1                | `u32`, four elements packed in each | `Uint8Array`   |
 */
export type DataType = 'float32' | 'float16' | 'uint32' | 'uint8';

/** Shape and storage of one operand. Shapes are static; the batch is included. */
export interface TensorSpecification {
  readonly shape: readonly number[];
  readonly dataType: DataType;
}

/** Element-wise functions that can follow a producer inside its own kernel. */
export type Activation = 'relu' | 'relu6' | 'sigmoid' | 'tanh';

/** From the gradient with respect to an activation's output, and that output, the gradient with respect to its input. */
export type ActivationGradient = `${Activation}_gradient`;

/**
 * One step of a fused epilogue, applied in order to each output element before it is stored. `bias` adds a `[C]`
 * vector along the last axis; `add` and `multiply` take an operand of the output's shape, and so do the gradients of
 * activations: the activation's output. Steps with an operand consume the kernel's further bindings, in order.
 */
export type EpilogueStep = Activation | ActivationGradient | 'bias' | 'add' | 'multiply';

/** What an op asks of a kernel: operand shapes and attributes, JSON-able, so that it can serve as a cache key. */
export interface KernelProblem {
  /** Operands in binding order: the op's inputs, then the operands of the epilogue. */
  readonly inputs: readonly TensorSpecification[];
  readonly output: TensorSpecification;
  readonly epilogue: readonly EpilogueStep[];
  /**
   * How many of the first inputs the kernel changes in place (default 0): they are bound `read_write`, and there is no
   * binding for an output of its own.
   */
  readonly inPlace?: number;
}

/** Work that one execution does, independent of the variant. */
export interface KernelCost {
  /** Floating-point operations; a multiply-add counts as two. */
  readonly operations: number;
  /** Bytes that must be read at least once. */
  readonly bytesRead: number;
  /** Bytes that must be written. */
  readonly bytesWritten: number;
}

/** What a variant produces for one problem: a shader and how to launch it. */
export interface KernelProgram {
  /**
   * WGSL with entry point `main`. Bindings in group 0: inputs in order (`read`), then the output (`read_write`), then
   * `sizes` where there are any.
   */
  readonly wgsl: string;
  /**
   * Sizes that the shader reads when it runs instead of having them in its text: `uint32` values, bound as a uniform
   * behind the output. Problems whose text is then the same share one pipeline.
   */
  readonly sizes?: readonly number[];
  /** Invocations per workgroup, `[x, y, z]`, as baked into the WGSL. */
  readonly workgroupSize: readonly [number, number, number];
  /** Workgroups to dispatch, `[x, y, z]`. */
  readonly workgroups: readonly [number, number, number];
}

/** What the device at hand offers, as far as a variant may care. */
export interface KernelTarget {
  readonly features: ReadonlySet<string>;
  readonly maxComputeInvocationsPerWorkgroup: number;
  /** Bytes. */
  readonly maxComputeWorkgroupStorageSize: number;
  /** True where shaders run on the CPU (SwiftShader, lavapipe): barriers are slow, register tiles are fast. */
  readonly software: boolean;
}

/** One way to compute a kernel. */
export interface KernelVariant<Problem extends KernelProblem = KernelProblem> {
  /** Unique in its kernel, for example `tile-7x2-vec4`. */
  readonly name: string;
  /** What one thread keeps in registers, for example `14×1 vec4`: rows × columns of vectors. */
  readonly registerTile?: string;
  /** Whether this variant computes the problem on the target. */
  supports(problem: Problem, target: KernelTarget): boolean;
  build(problem: Problem): KernelProgram;
}

/** A kernel: formula, variants and cost. */
export interface Kernel<Problem extends KernelProblem = KernelProblem> {
  readonly name: string;
  /** What it computes, in one line of mathematics. */
  readonly formula: string;
  readonly variants: readonly KernelVariant<Problem>[];
  /** The variant to use when nothing was measured. It supports the problem on the target. */
  defaultVariant(problem: Problem, target: KernelTarget): KernelVariant<Problem>;
  cost(problem: Problem): KernelCost;
}
