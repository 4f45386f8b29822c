/** What the tests use of the package `webgpu`, so that they are type-checked where it is not installed. */
declare module 'webgpu' {
  /** Dawn's `navigator.gpu`; options are Dawn's own `key=value` settings. */
  export function create(options: readonly string[]): GPU;
  /** The interfaces and constants of WebGPU, to be put on `globalThis`. */
  export const globals: Record<string, unknown>;
}
