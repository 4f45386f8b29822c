/** Where the sizes of many dispatches go: one uniform buffer, each dispatch at an offset. */
import type { KernelProgram } from '../../kernels/kernel.ts';

/** A stretch of the buffer. */
export interface SizesRange {
  /** Bytes. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** The content of the buffer, and where in it each program finds its own; undefined for those without sizes. */
export interface PackedSizes {
  readonly data: Uint32Array<ArrayBuffer>;
  readonly ranges: readonly (SizesRange | undefined)[];
}

/** @param alignment of a uniform binding's offset, bytes */
export function packSizes(programs: readonly KernelProgram[], alignment: number): PackedSizes {
  let end = 0;
  const ranges = programs.map(({ sizes }) => {
    if (!sizes) return undefined;
    // Uniform structures are as large as a multiple of 16 bytes.
    const range = { offset: end, size: Math.ceil(sizes.length / 4) * 16 };
    end = Math.ceil((end + range.size) / alignment) * alignment;
    return range;
  });
  const data = new Uint32Array(end / 4);
  ranges.forEach((range, index) => {
    if (range) data.set(programs[index]!.sizes!, range.offset / 4);
  });
  return { data, ranges };
}
