/** Types of the library, which ships none. */
declare module 'wgsl-preprocessor/wgsl-preprocessor.js' {
  /** Template tag for WGSL with `#if ${condition}`, `#elif ${condition}`, `#else`, `#endif`. */
  export function wgsl(strings: TemplateStringsArray, ...values: unknown[]): string;
}
