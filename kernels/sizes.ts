/** Sizes that a shader reads when it runs, as WGSL and as the values to bind. */
import type { KernelProgram } from './kernel.ts';

/** A uniform structure of `u32` members, in WGSL as `sizes.<name>`. */
export interface SizesCode {
  /** WGSL that declares it. */
  readonly declaration: string;
  /** The values in the order of the members. */
  readonly values: readonly number[];
}

/**
 * @param binding behind the output
 * @param sizes by name, whole numbers
 */
export function sizesCode(binding: number, sizes: Readonly<Record<string, number>>): SizesCode {
  const members = Object.keys(sizes).map((name) => `  ${name}: u32,`);
  return {
    declaration: `struct Sizes {
${members.join('\n')}
}
@group(0) @binding(${binding}) var<uniform> sizes: Sizes;`,
    values: Object.values(sizes),
  };
}

/** The shader of one problem with its sizes as constants: it needs no binding for them. */
export function withConstantSizes({ wgsl, sizes }: KernelProgram): string {
  if (!sizes) return wgsl;
  const constants = sizes.map((size) => `${size}u`).join(', ');
  return wgsl.replace(
    /@group\(0\) @binding\(\d+\) var<uniform> sizes: Sizes;/,
    `const sizes = Sizes(${constants});`,
  );
}
