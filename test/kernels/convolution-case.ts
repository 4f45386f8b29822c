/** What the tests of both convolutions share. */
import type { Padding } from '../../engine/graph/convolution.ts';

/** A convolution of an image `[B, H, W, C]`. */
export interface ConvolutionShape<Kernel extends readonly number[]> {
  readonly x: [number, number, number, number];
  readonly kernel: Kernel;
  /** Default: 1. */
  readonly strides?: number | [number, number];
  /** Default: same. */
  readonly padding?: Padding;
}

/** For the names of tests. */
export function title<Kernel extends readonly number[]>(shape: ConvolutionShape<Kernel>): string {
  const { x, kernel, strides = 1, padding = 'same' } = shape;
  const zeros = typeof padding === 'string' ? padding : Object.values(padding).join(',');
  return `[${x.join(', ')}], ${kernel.join('×')}, stride ${[strides].flat().join(',')}, ${zeros}`;
}
