/** The engine's errors. Each message is one sentence or two: what, where, what to do. */

/** Base of all errors that the engine throws on purpose. */
export class EngineError extends Error {
  override name = 'EngineError';
}

/** Operand shapes or attributes do not fit an op. Thrown while a graph is built, before the GPU is touched. */
export class ShapeError extends EngineError {
  override name = 'ShapeError';
}

/** Data handed to the engine does not fit what the graph declares (missing input, wrong length or type, bad offsets). */
export class InputError extends EngineError {
  override name = 'InputError';
}

/** There is no WebGPU here, or no adapter answered. */
export class NoAdapterError extends EngineError {
  override name = 'NoAdapterError';
}

/** The GPU device is gone: the driver was reset, the adapter removed, or `dispose` was called. Open a new one. */
export class DeviceLostError extends EngineError {
  override name = 'DeviceLostError';
}

/** The GPU refused an allocation. */
export class OutOfMemoryError extends EngineError {
  override name = 'OutOfMemoryError';
}

/** A shader did not compile, or a command was invalid: an error of ours, or of a kernel that is being edited. */
export class GpuValidationError extends EngineError {
  override name = 'GpuValidationError';
}
